"""Who may see the console and press its buttons: this machine's own browser, from the console's page.

It needs no password, so three things stand in its place. The peer and the Host are loopback. Data go to pages
of the same origin only, as the browser says. And a button wants the token that stands in the page alone.
"""

from __future__ import annotations

import hmac
import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from harness.simulator.wire.kit.here import from_here

TOKEN_HEADER = "X-Golive-Console"  # noqa: S105 - a header's name
ELSEWHERE = (
    "The console is shown on the simulator's own machine only, at http://127.0.0.1:PORT/console.\n"
    "控制台只在模拟器所在的机器上显示：http://127.0.0.1:端口/console\n"
)


class Door:
    """Lets requests in, or answers them."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        """What the page shows when one of its buttons is pressed; another at each start."""

    def page(self, request: Request) -> Response | None:
        """Why a page is not shown; None: it is."""
        return None if from_here(request) else PlainTextResponse(ELSEWHERE, 403)

    def data(self, request: Request) -> Response | None:
        """Why nothing is told; None: it is."""
        site = request.headers.get("sec-fetch-site", "same-origin")
        told = site in ("same-origin", "none")
        return self.page(request) or (None if told else refused(403, "foreign-page"))

    def button(self, request: Request) -> Response | None:
        """Why nothing is done; None: it is."""
        if (refusal := self.data(request)) is not None:
            return refusal
        here = f"{request.url.scheme}://{request.headers.get('host', '')}"
        if request.headers.get("origin", here) != here:
            return refused(403, "foreign-page")
        if not hmac.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), self.token.encode()):
            return refused(403, "stale-page")
        return None


def refused(status: int, reason: str, message: str = "") -> Response:
    """Why not: a word that the page knows, or a message."""
    return JSONResponse({"reason": reason, "message": message}, status)
