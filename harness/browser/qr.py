"""Reads the QR codes of a picture as a payer's camera would: from what is drawn, never from the source."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image, UnidentifiedImageError

from harness.core.errors import HarnessError


def read_qr(png: bytes) -> list[str]:
    """The texts of all QR codes in a screenshot, top to bottom, then left to right.

    Args:
        png: the picture; any format that Pillow knows will do.

    Returns:
        One text a code; an empty list where none is drawn, or none can be read.

    Raises:
        HarnessError: the bytes are no picture.
    """
    try:
        with Image.open(io.BytesIO(png)) as picture:
            grey = picture.convert("L")
    except (UnidentifiedImageError, OSError) as error:
        raise HarnessError(f"the screenshot is no picture ({len(png)} bytes)", where="read_qr") from error
    codes = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        text_mode=zxingcpp.TextMode.Plain,  # the bytes as encoded, nothing spelled out for human readers
    )
    placed = sorted(
        (code.position.top_left.y, code.position.top_left.x, code.text) for code in codes if code.valid
    )
    return [text for _, _, text in placed]
