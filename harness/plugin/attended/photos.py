"""Photos that a person took of a phone: looked at, made small, and kept without what a camera adds."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from harness.core.errors import UsageError

LARGEST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 1600
"""Pixels; enough to read what a phone shows."""
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
FORMATS = ("PNG", "JPEG")


def read_photo(path: Path) -> bytes:
    """The photo as a PNG, upright and at most 1600 pixels wide or high; place, time and camera are left out.

    Raises:
        UsageError: it cannot be read, is no PNG or JPEG, or too large.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise _unusable(path, "it is larger than 20 MB")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise _unusable(path, getattr(error, "strerror", None) or str(error)) from None
    try:
        with _strict(), Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise _unusable(path, "it has more than 60 million pixels")
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except UsageError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, *_BOMBS):
        raise _unusable(path, "it is no whole PNG or JPEG") from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    kept = io.BytesIO()
    clean.save(kept, "PNG", optimize=True)
    return kept.getvalue()


@contextmanager
def _strict() -> Iterator[None]:
    """A picture that would unfold into gigabytes is an error, not a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def _unusable(path: Path, why: str) -> UsageError:
    return UsageError(
        f"the photo cannot be used: {why}",
        where=f"--photo {path}",
        remedy="hand in a picture as the phone saved it (JPEG), or a screenshot of it (PNG)",
    )
