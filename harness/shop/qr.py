"""The QR picture of a code_url, as a data URI that a page can show without a further request."""

from __future__ import annotations

import segno

_MODULE_PX = 6
_MASK = 0
"""Every mask reads the same; weighing all eight would take three times as long as everything else here."""


def qr_picture(content: str) -> str:
    """An SVG with the quiet zone the standard wants, crisp at any size; exactly `content` is encoded."""
    code = segno.make(content, error="m", micro=False, boost_error=False, mask=_MASK)
    uri: str = code.svg_data_uri(scale=_MODULE_PX, border=4, dark="#000", light="#fff", xmldecl=False)
    return uri
