"""Reads the QR codes of a picture as a payer's camera would: from what is drawn, never from the source."""

from __future__ import annotations

import io
from dataclasses import dataclass

import zxingcpp
from PIL import Image, UnidentifiedImageError

from harness.core.errors import HarnessError


@dataclass(frozen=True, slots=True)
class QrCode:
    """One code as drawn."""

    text: str
    x: float
    y: float
    """Its centre, in pixels of the picture."""


def read_qr(png: bytes) -> list[str]:
    """The texts of all QR codes in a picture, as `find_qr` finds them."""
    return [code.text for code in find_qr(png)]


def find_qr(png: bytes) -> list[QrCode]:
    """All QR codes of a picture, top to bottom, then left to right.

    Args:
        png: the picture; any format that Pillow knows will do.

    Returns:
        An empty list where none is drawn, or none can be read.

    Raises:
        HarnessError: the bytes are no picture.
    """
    try:
        with Image.open(io.BytesIO(png)) as picture:
            grey = picture.convert("L")
    except (UnidentifiedImageError, OSError) as error:
        raise HarnessError(f"the screenshot is no picture ({len(png)} bytes)", where="find_qr") from error
    codes = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        text_mode=zxingcpp.TextMode.Plain,  # the bytes as encoded, nothing spelled out for human readers
    )
    read = sorted((code for code in codes if code.valid), key=lambda code: _corner(code.position))
    return [_placed(code) for code in read]


def _corner(position: zxingcpp.Position) -> tuple[int, int]:
    return position.top_left.y, position.top_left.x


def _placed(code: zxingcpp.Barcode) -> QrCode:
    at = code.position
    corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    return QrCode(code.text, sum(corner.x for corner in corners) / 4, sum(corner.y for corner in corners) / 4)
