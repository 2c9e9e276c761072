"""Cookies that are looked for only where an answer sets some."""

from __future__ import annotations

import httpx


class SeldomCookies(httpx.Cookies):
    """As httpx's own, which hands every answer to the standard library, at a tenth of an exchange's price."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Keep what the answer sets."""
        if "Set-Cookie" in response.headers:
            super().extract_cookies(response)
