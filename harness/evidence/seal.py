"""The seal of a finished record: a digest of every file in it, signed with the harness's own key.

It says that nothing was changed, added or taken away since a run of that key's owner ended. What reports
build of a record (`report.html` …) is no part of it.
"""

from __future__ import annotations

import json
import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ConfigDict, Field, ValidationError

from harness.core.control import Model, Text
from harness.core.whole_file import write_whole
from harness.evidence.seal_key import PREFIX, own_key, public_text

SEAL = "seal.json"
_FILES = ("results.ndjson", "run.json")
_FOLDERS = ("artifacts", "measurements", "snapshots")
PARTS = (*_FILES, *_FOLDERS, SEAL)
"""What a record consists of; anything else in its folder is built of it, or somebody else's."""
_READ_BY_LATER_RUNS = frozenset({*_FILES, "snapshots/checklist.json"})


class BrokenSeal(NamedTuple):
    """Why a record cannot be believed."""

    kind: Text
    """In a word or two, to count such records by."""
    why: Text

    def filled(self, **values: object) -> BrokenSeal:
        """The sentence with its `{places}` filled."""
        return self._replace(why=self.why.filled(**values))


_UNSEALED = BrokenSeal(
    Text(zh="没有封印", en="without a seal"),
    Text(
        zh="记录没有封印：运行尚未结束、被终止，或早于封印功能",
        en="the record has no seal: its run goes on, was killed, or is older than seals",
    ),
)
_DAMAGED = BrokenSeal(
    Text(zh="封印已损坏", en="with a damaged seal"),
    Text(zh="记录的封印已损坏", en="the record's seal is damaged"),
)
_FOREIGN = BrokenSeal(
    Text(zh="由别的密钥封印", en="sealed with a foreign key"),
    Text(
        zh="记录由别的密钥封印（{key}），该密钥不在信任之列",
        en="the record was sealed with another key ({key}), which is not trusted here",
    ),
)
_ALTERED = BrokenSeal(
    Text(zh="封印后被改动", en="altered after sealing"),
    Text(zh="记录在封印后被改动：{file}", en="the record was altered after it was sealed: {file}"),
)


class Seal(Model):
    """`seal.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: int = Field(default=1, alias="schema", le=1)
    """Version of this shape."""
    run: str
    """Id of the run."""
    key: str
    """The public key of who sealed it."""
    files: dict[str, str]
    """SHA-256 of every file, by its path."""
    signature: str = ""
    """Ed25519 over all of the above, as JSON with sorted names and no blanks, in base64."""

    def signed(self) -> bytes:
        """What the signature is of."""
        told = self.model_dump(by_alias=True, exclude={"signature"})
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def digests_of(folder: Path, parts: Collection[str] = (*_FILES, *_FOLDERS)) -> dict[str, str]:
    """SHA-256 of every file of a record, by its path; a link has a digest that no file has.

    Args:
        parts: files and folders of it that are looked at; what is not there has none.
    """
    return {name: _digest(folder / name) for name in _names(folder, parts)}


def seal(folder: Path, run: str) -> dict[str, str]:
    """Seal a record as it lies there, in place of an older seal; returns the digests that were sealed.

    Raises:
        ConfigurationError: the key is unusable.
        OSError: the record cannot be read or written.
    """
    key = own_key()
    files = digests_of(folder)
    bare = Seal(run=run, key=public_text(key), files=files)
    made = bare.model_copy(update={"signature": b64encode(key.sign(bare.signed())).decode()})
    write_whole(folder / SEAL, json.dumps(made.model_dump(by_alias=True), indent=1, sort_keys=True) + "\n")
    return files


def broken_seal(folder: Path, run: str, trusted: Collection[str], *, whole: bool = True) -> BrokenSeal | None:
    """Why a record cannot be believed; None: it is as a trusted key sealed it.

    Args:
        run: the id that the record claims.
        trusted: public keys.
        whole: of every file; else of the names of all, and of the contents that a later run reads.
    """
    found = _signed(folder, trusted)
    return found if isinstance(found, BrokenSeal) else _altered(folder, run, found, whole=whole)


def broken_results(folder: Path, run: str, trusted: Collection[str]) -> BrokenSeal | None:
    """As `broken_seal`, of a record of which only metadata and results were kept with its seal."""
    found = _signed(folder, trusted)
    if isinstance(found, BrokenSeal):
        return found
    changed = [name for name in _FILES if _digest(folder / name) != found.files.get(name)]
    if found.run != run:
        changed = changed or [SEAL]
    return _ALTERED.filled(file=changed[0]) if changed else None


def _signed(folder: Path, trusted: Collection[str]) -> Seal | BrokenSeal:
    """The seal, where a trusted key signed it."""
    try:
        found = Seal.model_validate_json((folder / SEAL).read_bytes())
    except FileNotFoundError:
        return _UNSEALED
    except (OSError, ValidationError):
        return _DAMAGED
    if found.key not in trusted:
        return _FOREIGN.filled(key=found.key[:60])
    try:
        public = Ed25519PublicKey.from_public_bytes(b64decode(found.key.removeprefix(PREFIX), validate=True))
        public.verify(b64decode(found.signature, validate=True), found.signed())
    except (InvalidSignature, ValueError):
        return _DAMAGED
    return found


def sealed_by(folder: Path) -> str:
    """The public key that a record's seal names; empty without a seal that can be read."""
    try:
        return Seal.model_validate_json((folder / SEAL).read_bytes()).key[:60]
    except (OSError, ValidationError):
        return ""


def sealed_files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file that a record's seal names, by its path, whether or not the seal holds."""
    try:
        return dict(Seal.model_validate_json((folder / SEAL).read_bytes()).files)
    except (OSError, ValidationError):
        return {}


def _altered(folder: Path, run: str, found: Seal, *, whole: bool) -> BrokenSeal | None:
    try:
        names = set(_names(folder))
        changed = sorted(names ^ found.files.keys())
        read = sorted(names & found.files.keys() if whole else _READ_BY_LATER_RUNS & names)
        # What a link points at can be edited without the link: it is never what was sealed.
        changed = changed or sorted(name for name in names if not _is_plain(folder / name))
        changed = changed or [name for name in read if _digest(folder / name) != found.files[name]]
    except OSError as error:
        changed = [f"{error.filename}: {error.strerror}"]
    if found.run != run:
        changed = changed or [SEAL]
    return _ALTERED.filled(file=changed[0]) if changed else None


def _names(folder: Path, parts: Collection[str] = (*_FILES, *_FOLDERS)) -> Iterator[str]:
    """Every file of the record, and every link, which is none of it."""
    for top in parts:
        if (folder / top).is_symlink() or (folder / top).is_file():
            yield top
            continue
        for place, folders, files in os.walk(folder / top):
            here = Path(place)
            links = [name for name in folders if (here / name).is_symlink()]
            for name in (*links, *files):
                yield (here / name).relative_to(folder).as_posix()


def _digest(path: Path) -> str:
    if not _is_plain(path):
        return "no plain file"  # whoever checks the seal names it, whatever it points at
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _is_plain(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)
