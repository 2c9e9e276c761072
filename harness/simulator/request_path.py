"""The way of a request through a simulator: to its wire or to a page, past the console, held until kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from harness.simulator.console.console import PATH, Console
from harness.simulator.kept.held import HeldAnswer
from harness.simulator.kept.keeper import Keeper
from harness.simulator.wire.kit.body import Patience, is_complete
from harness.simulator.wire.kit.wire import Wire


class RequestPath:
    """Leads requests. The wires stay outside of Starlette's middleware: that is the path of load, and faults
    need the server's own `send` to drop connections.

    Args:
        wires: asked in turn whether a request is theirs.
        pages: whatever is no wire's.
        console: remembers what goes to wires; None: nobody does.
        keeper: answers leave when what they tell is kept; None: nothing is.
        reached_at: is told once under which base URL requests come.
        body_patience_s: how long a request's whole body may take.
    """

    def __init__(
        self,
        wires: Iterable[Wire],
        pages: ASGIApp,
        *,
        console: Console | None,
        keeper: Keeper | None,
        reached_at: Callable[[str], None],
        body_patience_s: float,
    ) -> None:
        self._wires = [(wire.handles, wire.name, _holding(wire.app, keeper)) for wire in wires]
        self._pages = pages
        self._held_pages = _holding(pages, keeper)
        self._console = console
        self._keeper = keeper
        self._reached_at = reached_at
        self._reached = False
        self._body_patience_s = body_patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        if not self._reached:
            self._note_address(scope)
        patience = None
        if not is_complete(send):
            patience = Patience(receive, self._body_patience_s)
            receive = patience.receive
        path: str = scope["path"]
        for handles, name, app in self._wires:
            if handles(path):
                if self._console is None:
                    await app(scope, receive, send)
                else:
                    await self._console.exchanges.through(name, app, scope, receive, send)
                    self._console.moved()
                break
        else:
            await self._to_pages(path, scope, receive, send)
        if patience is not None:
            patience.part(send)
        if self._keeper is not None:
            await self._keeper.why_not_kept()  # of a request that a fault left without an answer

    async def _to_pages(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        of_console = path.startswith(PATH)
        looks_on = of_console and scope["method"] == "GET"  # and acknowledges nothing
        await (self._pages if looks_on else self._held_pages)(scope, receive, send)
        if self._console is not None and not of_console:
            self._console.moved()

    def _note_address(self, scope: Scope) -> None:
        """Where we are reached is where the H5 middle page is; the socket says so, not a header."""
        host, port = scope.get("server") or ("", None)
        if port is not None:
            named = f"[{host}]" if ":" in host else host
            self._reached_at(f"{scope['scheme']}://{named}:{port}")
            self._reached = True


def _holding(app: ASGIApp, keeper: Keeper | None) -> ASGIApp:
    """The same application, whose answers leave when what they tell is kept."""
    if keeper is None:
        return app

    async def held(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, HeldAnswer(send, keeper).send)

    return held
