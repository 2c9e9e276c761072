"""`ledger.ndjson`: every paper, one signed entry a line, only ever appended to.

Each entry names the digest of the line before it, so that what is removed, edited or moved shows from there
on.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from harness.core.control import Text
from harness.core.errors import UsageError
from harness.core.findings import translated
from harness.core.system import lock_file
from reports.people.entry import SignedEntry, digest_of, signed_bytes
from reports.people.public_keys import PublicKey
from reports.people.roster import Roster
from reports.people.sshsig import verified_key

LEDGER = "ledger.ndjson"
LARGEST = 64 << 20
"""Bytes that a ledger may have."""
PATIENCE_S = 120.0
"""How long an entry waits for another that is being made: somebody may be typing a passphrase."""

_EVER = datetime.max.replace(tzinfo=UTC)
_UNREADABLE = Text(zh="该行无法读取", en="the line cannot be read")
_SIGNATURE = Text(zh="签名无效：{why}", en="its signature does not hold: {why}")
_CHAIN = Text(
    zh="台账在此断开：前一行被删除、改动或移动过",
    en="the ledger is broken here: a line before it was removed, edited or moved",
)
_AFTER = Text(
    zh="台账在第 {line} 行断开，其后一律不算", en="it follows line {line}, where the ledger is broken"
)
_NAME = Text(zh="{name} 不在 people.toml 中", en="{name} is not in people.toml")
_KEY = Text(
    zh="签名密钥 {fingerprint} 不是 {name} 的",
    en="it is signed with {fingerprint}, which is no key of {name}",
)
_FUTURE = Text(zh="日期在读取之后：时钟不对", en="it is dated later than now: a clock was wrong")
_BACK = Text(
    zh="日期早于前一条：时钟被回拨过", en="it is dated before the entry that it follows: a clock was set back"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger, looked at by itself and in its place."""

    number: int
    digest: str
    entry: SignedEntry | None
    """None where it cannot be read."""
    trouble: Text | None
    """Why it counts for nothing; None: its author signed it, and it stands where it was put."""


def read_lines(folder: Path, roster: Roster, now: datetime) -> list[Line]:
    """Every line of a ledger, in order; none where there is no ledger.

    Raises:
        UsageError: it is a link, no plain file, too large or unreadable.
    """
    try:
        with _opened(folder / LEDGER, os.O_RDONLY) as file:
            text = file.read(LARGEST + 1)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unusable(folder / LEDGER, error.strerror) from error
    if len(text) > LARGEST:
        raise _unusable(folder / LEDGER, "it is larger than 64 MiB")
    return list(_judged(text, roster, now))


def append(
    folder: Path,
    roster: Roster,
    clock: Callable[[], datetime],
    make: Callable[[int, str], SignedEntry],
) -> SignedEntry:
    """Add one entry; whoever else adds one meanwhile waits.

    Args:
        clock: tells the moment, aware, once nobody else holds the ledger.
        make: signs the entry, given its number and the digest of the line before it.

    Raises:
        UsageError: the ledger is broken, has an entry dated later than now, cannot be written, or somebody
            else holds it for too long.
    """
    path = folder / LEDGER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _opened(path, os.O_RDWR | os.O_APPEND | os.O_CREAT) as file:
            _lock(file, path)
            text = file.read(LARGEST + 1)
            if len(text) > LARGEST:
                raise _unusable(path, "it is larger than 64 MiB")
            lines = list(_judged(text, roster, _EVER))
            _refuse_broken(path, lines)
            _refuse_set_back(path, lines, clock())
            entry = make(len(lines) + 1, lines[-1].digest if lines else "")
            torn = b"\n" if text and not text.endswith(b"\n") else b""
            _refuse_replaced(file, path)
            _write(file, torn + entry.line().encode() + b"\n")
            return entry
    except OSError as error:
        raise _unusable(path, error.strerror) from error


def _judged(text: bytes, roster: Roster, now: datetime) -> Iterator[Line]:
    previous, broken, latest = "", 0, None
    raw = text.split(b"\n")
    for number, line in enumerate(raw[:-1] if not raw[-1] else raw, 1):
        entry, members = _parsed(line)
        trouble: Text | None = _UNREADABLE
        if entry is not None:
            chained = entry.previous == previous and entry.number == number
            if not (chained or broken):
                broken = number
                trouble = _CHAIN
            elif broken:
                trouble = _AFTER.filled(line=broken)
            else:
                trouble = _unsigned(entry, members, roster)
            if trouble is None and entry.time > now:
                trouble = _FUTURE
            if trouble is None and latest is not None and entry.time < latest:
                trouble = _BACK
            if trouble is None:
                latest = entry.time
        previous = digest_of(line)
        yield Line(number, previous, entry, trouble)


def _parsed(line: bytes) -> tuple[SignedEntry | None, dict[str, Any]]:
    try:
        members = json.loads(line)
        return SignedEntry.model_validate(members), members
    except (ValueError, ValidationError, RecursionError):
        return None, {}


def _unsigned(entry: SignedEntry, members: dict[str, Any], roster: Roster) -> Text | None:
    try:
        key: PublicKey = verified_key(entry.signature, signed_bytes(members))
    except ValueError as error:
        why = translated(str(error))
        return Text(zh=_SIGNATURE.zh.format(why=why.zh), en=_SIGNATURE.en.format(why=why.en))
    if roster.person(entry.author) is None:
        return _NAME.filled(name=entry.author)
    if key not in roster.keys(entry.author) or entry.fingerprint != key.fingerprint:
        return _KEY.filled(fingerprint=key.fingerprint, name=entry.author)
    return None


def _refuse_broken(path: Path, lines: list[Line]) -> None:
    for line in lines:
        if line.trouble == _CHAIN:
            raise UsageError(
                "the ledger is broken: a line was removed, edited or moved",
                where=f"{path}, line {line.number}",
                remedy="put the ledger back as it was; nothing that is added after the break would count",
            )


def _refuse_set_back(path: Path, lines: list[Line], now: datetime) -> None:
    for line in reversed(lines):
        if line.entry and not line.trouble and line.entry.time > now:
            raise UsageError(
                "this machine's clock stands before an entry of the ledger",
                where=f"{path}, line {line.number}: {line.entry.time.isoformat()}; now {now.isoformat()}",
                remedy="set the clock right; if that entry's date is wrong, take its line out",
            )


def _refuse_replaced(file: IO[bytes], path: Path) -> None:
    """Whoever checks another version out, or saves with an editor, puts another file there."""
    try:
        same = os.path.samestat(os.fstat(file.fileno()), path.lstat())
    except FileNotFoundError:
        same = False
    if not same:
        raise _unusable(path, "another file was put in its place while the entry was signed")


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[IO[bytes]]:
    place = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
    with os.fdopen(place, "r+b" if flags & os.O_RDWR else "rb", buffering=0) as file:
        if not stat.S_ISREG(os.fstat(place).st_mode):
            raise _unusable(path, "it is no plain file")
        yield file


def _lock(file: IO[bytes], path: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            lock_file(file)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise _unusable(path, "somebody else is adding an entry") from error
            time.sleep(0.05)
        else:
            return


def _write(file: IO[bytes], data: bytes) -> None:
    """All of it or nothing: on a disk that becomes full the ledger stays as it was."""
    before = file.seek(0, os.SEEK_END)
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[file.write(rest) :]
        os.fsync(file.fileno())
    except OSError:
        file.truncate(before)
        raise


def _unusable(path: Path, why: str | None) -> UsageError:
    return UsageError(
        f"the ledger of papers cannot be used: {why}",
        where=str(path),
        remedy="it has to be a plain file that can be read and written, on a disk with room",
    )
