"""The watch's files: a line a slot, naming the one before by its SHA-256; a file and a seal a Beijing day.

    runs/watch/<endpoint>/2026-11-30.ndjson      the lines of a day
                          2026-11-30.seal.json   their number and the last one's digest, signed after the day
                          head.json              the same of the newest day, signed after each line
                          .lock                  held while somebody watches

A line that was edited no longer fits the one after it; a file that was cut off no longer fits seal or head.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AwareDatetime, ConfigDict, Field, ValidationError

from harness.core.control import Model
from harness.core.errors import EnvironmentUnreachable, UsageError
from harness.core.plain_text import PlainText, json_text
from harness.core.system import lock_file
from harness.core.whole_file import append_whole, write_whole
from harness.evidence.run_meta import GradeWord
from harness.evidence.seal_key import PREFIX, own_key, public_text, trusted_keys

HEAD = "head.json"
_LOCK = ".lock"
_DAY = re.compile(r"\d{4}-\d\d-\d\d\.ndjson")
_NO_HOST_LETTER = re.compile(r"[^0-9A-Za-z.-]+")
_LONGEST = 120
"""Letters of a folder's name that are of the host."""
_START = "0" * 64
"""What stands before the first line of all."""


class WatchedSlot(Model):
    """One line: a slot in which the endpoint was probed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: int = Field(default=1, alias="schema", le=1)
    """Version of this shape; a reader refuses a newer one."""
    slot: int
    """Slots of five minutes since 1970."""
    at: AwareDatetime
    """When the probe began, UTC."""
    took_s: float
    """Seconds it took."""
    answered: bool
    """Whether health and query both ended well."""
    health: PlainText
    """What came of the question for health."""
    query: PlainText
    """What came of the query."""
    grade: GradeWord | None = None
    """What it is worth; none where the target could not be reached to find out."""
    boot: PlainText
    """Which start of the machine the next member counts from."""
    since_boot_s: float
    """Seconds by a clock that nobody sets."""
    previous: str
    """SHA-256 of the line before."""


class DaySeal(Model):
    """How far the lines of a day go, signed with the key that seals records."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: int = Field(default=1, alias="schema", le=1)
    day: date
    lines: int
    last: str
    """SHA-256 of the last line."""
    previous: str
    """What the first line names as the one before it."""
    key: str
    """The public key of who sealed it."""
    signature: str = ""

    def signed(self) -> bytes:
        """What the signature is of."""
        told = self.model_dump(mode="json", by_alias=True, exclude={"signature"})
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def folder_for(runs: Path, host: str, *, experience: bool) -> Path:
    """Where the watch over one edition of an endpoint is kept: quiet days of one prove nothing of the other.

    Args:
        host: host and port of every endpoint, as a run names them.
        experience: whether the settings mean the experience edition.
    """
    name = _NO_HOST_LETTER.sub("_", host).strip("._") or "endpoint"
    if len(name) > _LONGEST:
        name = f"{name[:_LONGEST]}_{hashlib.sha256(host.encode()).hexdigest()[:12]}"
    return runs / "watch" / (name if experience else f"{name}+production")


def read(folder: Path, *, since: date | None = None) -> tuple[WatchedSlot, ...]:
    """The slots of a folder, in order, once every line, seal and signature has been looked at.

    Args:
        since: older days are left aside; the first day's seal says what it continues.

    Raises:
        UsageError: a line was edited, a file was cut off, removed or put there, or the key is not trusted.
    """
    return tuple(slot for _, slot in _verified(folder, since, trusted_keys()))


class WatchBook:
    """Appends slots to a folder; one process at a time, between `open` and the end of the with block."""

    def __init__(self, folder: Path, last: WatchedSlot | None, digest: str) -> None:
        self.folder = folder
        self.last = last
        """The newest slot; None: none yet."""
        self._digest = digest
        self._seal = _newest_seal(folder)

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[WatchBook]:
        """Hold a folder, and go on where it stopped. A line that was half written is taken away.

        Raises:
            UsageError: somebody watches already, or the files were edited or cut off.
            EnvironmentUnreachable: the folder cannot be written.
        """
        own_key()  # a key that cannot seal is told before the first slot
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            try:
                lock_file(lock)
            except OSError:
                raise UsageError(
                    "another golive watch is writing here, and two of them would count each slot twice",
                    where=str(folder),
                    remedy="leave one of the two: the timer, or the one that runs for days",
                ) from None
            _mend(folder)
            newest = [*_verified(folder, _newest_but_one(folder), trusted_keys())][-1:]
            digest, last = newest[0] if newest else (_START, None)
            yield cls(folder, last, digest)
        finally:
            os.close(lock)

    def append(self, slot: WatchedSlot, day: date) -> WatchedSlot:
        """Add a slot; it is on disk when this returns. The day before is sealed with the first of a new day.

        Raises:
            EnvironmentUnreachable: it cannot be written; what stood there before stays.
        """
        line = slot.model_copy(update={"previous": self._digest})
        text = json_text(line.model_dump(mode="json", by_alias=True))
        with _writing(self.folder):
            if self._seal is not None and self._seal.day != day:
                _write_seal(_seal_of(_file(self.folder, self._seal.day)), self._seal)
                self._seal = None
            append_whole(_file(self.folder, day), text + "\n")
            since = self._seal or DaySeal(day=day, lines=0, last="", previous=self._digest, key="")
            self._digest, self.last = _sha(text.encode()), line
            self._seal = since.model_copy(update={"lines": since.lines + 1, "last": self._digest})
            _write_seal(self.folder / HEAD, self._seal)
        return line


def _verified(
    folder: Path, since: date | None, trusted: Collection[str]
) -> Iterator[tuple[str, WatchedSlot]]:
    """Every slot with the digest of its line. The very newest line need not be signed yet.

    Raises:
        UsageError: as `read`.
    """
    days = _days(folder)
    if not days:
        if (folder / HEAD).exists():
            raise _damaged(folder / HEAD, "the files of the days that it speaks of are gone")
        return
    kept = [path for path in days if since is None or path.stem >= since.isoformat()]
    if not kept:
        return
    before = _START if kept == days else _read_seal(_seal_of(days[-len(kept) - 1]), trusted).last
    for path in kept:
        lines = _lines(path)
        seal = None
        if path != days[-1] or days[1:] or len(lines) > 1 or (folder / HEAD).exists():
            seal = _read_seal(folder / HEAD if path == days[-1] else _seal_of(path), trusted)
        signed = 0 if seal is None or seal.day.isoformat() != path.stem else seal.lines
        if (
            seal is not None
            and not signed
            and not (path == days[-1] and days[-2:-1] == [_file(folder, seal.day)])
        ):
            raise _damaged(path, f"the newest signed day is {seal.day}: a file was removed, or put there")
        if len(lines) < signed:
            raise _damaged(path, f"{signed} lines were written and {len(lines)} are there: it was cut off")
        if len(lines) > signed + (path == days[-1]):  # its process may have ended before it could sign
            raise _damaged(path, f"{signed} lines were written and {len(lines)} are there: some were added")
        for number, line in enumerate(lines, 1):
            try:
                slot = WatchedSlot.model_validate_json(line)
            except ValidationError:
                raise _damaged(f"{path}, line {number}", "it is no slot of a watch") from None
            if slot.previous != before:
                raise _damaged(
                    f"{path}, line {number}", "the line before it was edited, removed or put there"
                )
            before = _sha(line)
            if seal is not None and number == signed and before != seal.last:
                raise _damaged(f"{path}, line {number}", "it was edited after it was signed")
            yield before, slot


def _mend(folder: Path) -> None:
    """Take away what a process left that ended in the middle of a line; it was never signed."""
    for path in _days(folder)[-1:]:
        data = path.read_bytes()
        if not data.endswith(b"\n"):
            with _writing(path), path.open("r+b") as stream:
                stream.truncate(data.rfind(b"\n") + 1)
        if b"\n" not in data:  # the day before is the newest
            _unlink(path)
    for path in _days(folder)[-1:]:
        if _seal_of(path).exists():  # for a new day, whose first line never came
            _unlink(_seal_of(path))


def _unlink(path: Path) -> None:
    with _writing(path):
        path.unlink()


def _days(folder: Path) -> list[Path]:
    """The files of lines, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _DAY.fullmatch(path.name))


def _newest_but_one(folder: Path) -> date | None:
    """From where on a watch that goes on looks: the older days are looked at by whoever judges them."""
    days = _days(folder)
    return date.fromisoformat(days[-1].stem) - timedelta(days=1) if days else None


def _file(folder: Path, day: date) -> Path:
    return folder / f"{day.isoformat()}.ndjson"


def _seal_of(path: Path) -> Path:
    return path.with_suffix(".seal.json")


def _lines(path: Path) -> list[bytes]:
    if path.is_symlink() or not path.is_file():
        raise _damaged(path, "it is no plain file")
    return path.read_bytes().split(b"\n")[:-1]  # a line that is being written is none yet


def _newest_seal(folder: Path) -> DaySeal | None:
    """How far the newest day goes, not signed; None: no day has begun."""
    for path in _days(folder)[-1:]:
        lines = _lines(path)
        first = WatchedSlot.model_validate_json(lines[0])
        return DaySeal(
            day=date.fromisoformat(path.stem),
            lines=len(lines),
            last=_sha(lines[-1]),
            previous=first.previous,
            key="",
        )
    return None


def _write_seal(target: Path, how_far: DaySeal) -> None:
    key = own_key()
    bare = how_far.model_copy(update={"key": public_text(key)})
    made = bare.model_copy(update={"signature": b64encode(key.sign(bare.signed())).decode()})
    write_whole(
        target, json_text(made.model_dump(mode="json", by_alias=True), indent=1, sort_keys=True) + "\n"
    )


def _read_seal(path: Path, trusted: Collection[str]) -> DaySeal:
    if path.is_symlink() or not path.is_file():
        raise _damaged(
            path, "it is not there, or no plain file, and without it nobody knows how far its day goes"
        )
    try:
        found = DaySeal.model_validate_json(path.read_bytes())
    except ValidationError:
        raise _damaged(path, "it is no seal of a day") from None
    if found.key not in trusted:
        raise UsageError(
            f"the watch was sealed with another key ({found.key[:60]}), which is not trusted here",
            where=str(path),
            remedy="pin that key in GOLIVE_TRUSTED_KEYS if the machine that watched may vouch for it",
        )
    try:
        public = Ed25519PublicKey.from_public_bytes(b64decode(found.key.removeprefix(PREFIX), validate=True))
        public.verify(b64decode(found.signature, validate=True), found.signed())
    except (InvalidSignature, ValueError):
        raise _damaged(path, "its signature does not hold") from None
    return found


def _sha(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _damaged(place: object, what: str) -> UsageError:
    return UsageError(
        f"the watch cannot be believed: {what}",
        where=str(place),
        remedy="move the folder out of the way, and let golive watch begin the count anew",
    )


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EnvironmentUnreachable(
            f"the watch cannot be written: {error.strerror}",
            where=str(error.filename or path),
            remedy="make room, and let it go on; a slot that was not written is a missed one",
        ) from error
