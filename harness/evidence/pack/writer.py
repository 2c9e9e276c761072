"""Writes a pack's zip: members in the order given, the same bytes for the same members."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Self

from harness.core.errors import UsageError
from harness.core.whole_file import replaceable
from harness.evidence.pack import shape
from harness.evidence.pack.names import check_names

_PACKED_ALREADY = frozenset(
    {".gz", ".jpg", ".jpeg", ".mp4", ".png", ".webm", ".webp", ".xlsx", ".docx", ".zip"}
)
"""What gains nothing by being packed again."""
_LEVEL = 6


class PackWriter:
    """Adds members to a zip that is being written; each is read piece by piece.

    Args:
        tell: told how many bytes were added by now.
    """

    def __init__(self, file: BinaryIO, tell: Callable[[int], None] = lambda _: None) -> None:
        self._zip = zipfile.ZipFile(file, "w", allowZip64=False)
        self._tell = tell
        self._done = 0
        self.digests: dict[str, str] = {}
        """SHA-256 of every member that was added, by its name."""

    def add(self, name: str, pieces: Iterable[bytes]) -> str:
        """Add a member; returns the SHA-256 of what it held.

        Raises:
            UsageError: a pack cannot hold that much.
        """
        info = zipfile.ZipInfo(name, shape.DATE)
        info.create_system, info.external_attr = shape.MADE_BY >> 8, shape.MODE << 16
        packed_already = Path(name).suffix.lower() in _PACKED_ALREADY
        info.compress_type = shape.STORED if packed_already else shape.DEFLATED
        info._compresslevel = _LEVEL  # type: ignore[attr-defined] # the level of `writestr`, for streams
        digest = sha256()
        with self._zip.open(info, "w") as stream:
            for piece in pieces:
                self._done += len(piece)
                if self._done > shape.MOST_BYTES:
                    raise UsageError(
                        f"a pack holds at most {shape.MOST_BYTES >> 20} MiB, and this record has more",
                        where=name,
                        remedy="keep such a record whole, as its folder; it is sealed as well",
                    )
                digest.update(piece)
                stream.write(piece)
                self._tell(self._done)
        self.digests[name] = digest.hexdigest()
        return self.digests[name]

    def close(self) -> None:
        """Write the directory."""
        check_names(self.digests)
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.fp = None  # what was not closed is given up: nobody gets to see it


def pieces_of(path: Path) -> Iterator[bytes]:
    """What a plain file holds, piece by piece; a link is not followed."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        while piece := file.read(shape.CHUNK):
            yield piece


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its place when the block has ended well, and is gone when it has not. A link is
    followed; a device or a pipe is never replaced.

    Raises:
        UsageError: it cannot be written there.
    """
    try:
        path = replaceable(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _unwritable(error, path) from error
    fresh = Path(name)
    try:
        with os.fdopen(number, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(0o644)
        fresh.replace(path)
    except OSError as error:
        if error.filename is not None and Path(os.fsdecode(error.filename)) != fresh:
            raise  # of another file, which was read
        raise _unwritable(error, path) from error
    finally:
        fresh.unlink(missing_ok=True)


def _unwritable(error: OSError, path: Path) -> UsageError:
    return UsageError(
        f"the pack cannot be written: {error.strerror}",
        where=str(path),
        remedy="make room there, or choose another place with --out",
    )
