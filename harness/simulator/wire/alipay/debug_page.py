"""The page that gateway.do shows a browser in place of the cashier (facts alipay 1.5)."""

from __future__ import annotations

import base64
import hashlib
import html
from importlib.resources import files
from string import Template

CHARSET = "GBK"
_FILES = files("harness.simulator.wire.alipay")
_STYLE = _FILES.joinpath("debug_page.css").read_text(encoding="utf-8")
_PAGE = Template(_FILES.joinpath("debug_page.html").read_text(encoding="utf-8"))
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = (
    (b"cache-control", b"no-store"),
    (
        b"content-security-policy",
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'".encode(),
    ),
    (b"x-content-type-options", b"nosniff"),
)
"""The page is its own evidence that nothing in it comes from elsewhere, and that it runs no script."""


def debug_page(code: str, reason: str) -> bytes:
    """Always in GBK, as the live one; what GBK cannot write is written as its number.

    Args:
        code: `isv.invalid-signature`; the page leaves `isv.` away.
        reason: the gateway's sub_msg.
    """
    page = _PAGE.substitute(
        style=_STYLE, code=html.escape(code.removeprefix("isv.")), reason=html.escape(reason)
    )
    return page.encode(CHARSET, "xmlcharrefreplace")
