"""The documents of papers: copied into the folder when handed in, compared whenever papers are read."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import mkstemp
from typing import IO

from harness.core.control import Text
from harness.core.errors import UsageError
from reports.people.entry import Document

DOCUMENTS = "documents"
LARGEST = 256 << 20
"""Bytes that a document may have."""
_UNWANTED = re.compile(r"[^\w.-]+")
_CHUNK = 1 << 20

_OUTSIDE = Text(zh="文件不在资料夹之内：{path}", en="its document lies outside of the folder: {path}")
_LINK = Text(zh="文件是链接或不是普通文件：{path}", en="its document is a link, or no plain file: {path}")
_GONE = Text(zh="文件已不在：{path}", en="its document is gone: {path}")
_UNREADABLE = Text(zh="文件无法读取：{path}", en="its document cannot be read: {path}")
_CHANGED = Text(zh="文件已被改动：{path}", en="its document was changed: {path}")


def keep(folder: Path, control: str, file: Path) -> Document:
    """Copy a document into the folder of papers; the same bytes are kept once.

    Raises:
        UsageError: it is no plain file that can be read, empty, too large, or the folder cannot be written.
    """
    try:
        with _plain(file) as source:
            size = os.fstat(source.fileno()).st_size
            if not 0 < size <= LARGEST:
                why = "the document is empty" if not size else "the document is larger than 256 MiB"
                raise UsageError(why, where=str(file), remedy="hand in the file that proves the statement")
            return _copied(folder, control, file.name, source)
    except OSError as error:
        link = error.errno == errno.ELOOP
        raise UsageError(
            "the document is a link, or no plain file"
            if link
            else f"the document cannot be kept: {error.strerror}",
            where=str(error.filename or file),
            remedy="name the file itself, and see that the folder of papers can be written",
        ) from error


def trouble(folder: Path, document: Document) -> Text | None:
    """Why a document is not what was handed in; None: it is."""
    path = PurePosixPath(document.path)
    told = {"path": document.path}
    if path.is_absolute() or ".." in path.parts or "\0" in document.path or not path.parts:
        return _OUTSIDE.filled(**told)
    try:
        above = (folder / path).parent
        if not above.resolve().is_relative_to(folder.resolve()):
            return _OUTSIDE.filled(**told)
        with _plain(folder / path) as file:
            same = os.fstat(file.fileno()).st_size == document.size and _digest(file) == document.sha256
    except FileNotFoundError:
        return _GONE.filled(**told)
    except OSError as error:
        return (_LINK if error.errno == errno.ELOOP else _UNREADABLE).filled(**told)
    return None if same else _CHANGED.filled(**told)


@contextmanager
def _plain(path: Path) -> Iterator[IO[bytes]]:
    """A plain file, opened; a link, a folder, a pipe or a device is an OSError with ELOOP."""
    place = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(place, "rb") if stat.S_ISREG(os.fstat(place).st_mode) else _refused(place, path) as file:
        yield file


def _refused(place: int, path: Path) -> IO[bytes]:
    os.close(place)
    raise OSError(errno.ELOOP, "no plain file", str(path))


def _copied(folder: Path, control: str, name: str, source: IO[bytes]) -> Document:
    place = folder / DOCUMENTS
    place.mkdir(parents=True, exist_ok=True)
    digest, size = sha256(), 0
    number, fresh = mkstemp(dir=place, prefix=".kept-")
    try:
        with os.fdopen(number, "wb") as file:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        kept = f"{control}-{digest.hexdigest()[:12]}-{_tame(name)}"
        document = Document(path=f"{DOCUMENTS}/{kept}", sha256=digest.hexdigest(), size=size)
        if trouble(folder, document) is not None:
            Path(fresh).chmod(0o644)
            Path(fresh).replace(place / kept)  # two who hand in the same at once put the same there
    finally:
        Path(fresh).unlink(missing_ok=True)
    return document


def _tame(name: str) -> str:
    """A file's name that no shell, page or other system stumbles over; its end says what it is."""
    tame = _UNWANTED.sub("-", name.encode("utf-8", "replace").decode().replace("?", "-")).strip("-.")
    while len(tame.encode()) > 80:
        tame = tame[1:]
    return tame or "document"


def _digest(file: IO[bytes]) -> str:
    digest = sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
