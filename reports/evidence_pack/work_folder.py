"""A folder of the moment, to draw the page in or to unpack a pack into."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.core.errors import UsageError

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})


@contextmanager
def work_folder(does: str) -> Iterator[Path]:
    """It, and nothing of it stays.

    Args:
        does: a word for its name.

    Raises:
        UsageError: there is no room in it.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=f"golive-{does}-") as place:
            yield Path(place)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise UsageError(
            f"there is no room to work in: {error.strerror}",
            where=tempfile.gettempdir(),
            remedy="make room there, or name another folder in TMPDIR",
        ) from error
