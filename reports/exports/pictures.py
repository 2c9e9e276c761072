"""Pictures of a record made small for sheet and report. A record may come from anybody: none is trusted."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from harness.evidence import kept_file

LARGEST_PIXELS = 40_000_000
"""A picture with more is left out: it may be small on disk and fill the memory."""
LARGEST_BYTES = 30_000_000


def thumbnail(folder: Path, path: str, within: tuple[int, int]) -> bytes | None:
    """A picture of a record (PNG) no larger than `within` pixels; None where it is gone or no picture.

    The same picture gives the same bytes; nothing of its metadata is kept.
    """
    kept = kept_file(folder, path)
    if kept is None or kept.stat().st_size > LARGEST_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(kept) as picture:
                if picture.width * picture.height > LARGEST_PIXELS:
                    return None
                small = picture.convert("RGB")
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError, Warning):
        return None
    small.thumbnail(within, Image.Resampling.LANCZOS)
    made = BytesIO()
    small.quantize(128).save(made, "PNG", optimize=True)
    return made.getvalue()
