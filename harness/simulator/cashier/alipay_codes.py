"""Codes that the desktop cashier draws, which a phone scans to open the payment (facts alipay 0.2, 4.3)."""

from __future__ import annotations

import secrets
import string
import threading
from collections import OrderedDict

import segno
from markupsafe import Markup

PREFIX = "https://qr.alipay.com/"
MOST = 10_000
LIVES_S = 99
"""After how long a page draws another (facts alipay 4.2)."""
_LETTERS = string.ascii_lowercase + string.digits


class DeskCodes:
    """Which payment each drawn code opens; the newest are kept. Thread-safe."""

    def __init__(self) -> None:
        self._tokens: OrderedDict[str, str] = OrderedDict()
        self._codes: dict[str, str] = {}
        self._lock = threading.Lock()

    def of(self, token: str) -> str:
        """The code of that cashier page: the same while the page is drawn again."""
        with self._lock:
            return self._codes.get(token) or self._drawn_for(token)

    def renewed(self, token: str) -> str:
        """A fresh one in its place; the one before it opens nothing from now on."""
        with self._lock:
            if (before := self._codes.pop(token, None)) is not None:
                del self._tokens[before]
            return self._drawn_for(token)

    def _drawn_for(self, token: str) -> str:
        code = self._codes[token] = _new_code()
        self._tokens[code] = token
        if len(self._tokens) > MOST:
            _, oldest = self._tokens.popitem(last=False)
            del self._codes[oldest]
        return code

    def token(self, code: str) -> str:
        """The cashier page that drew it, or what was given: a code of precreate is known by itself."""
        with self._lock:
            return self._tokens.get(code, code)


def drawn(code: str) -> Markup:
    """A code as SVG for the middle of a page."""
    picture = segno.make(code, error="m", micro=False)
    return Markup(picture.svg_inline(omitsize=True, border=2, dark="#000", light="#fff"))  # noqa: S704 - ours


def _new_code() -> str:
    digits = "".join(secrets.choice(string.digits) for _ in range(5))
    return f"{PREFIX}upx{digits}{''.join(secrets.choice(_LETTERS) for _ in range(16))}"
