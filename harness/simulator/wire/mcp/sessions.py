"""The sessions of the era of handshakes: a name each and the revision that was agreed to, and nothing more.

So a session costs a few hundred bytes, and a client that never says goodbye takes no room from others: one
that was left alone is forgotten, and where there are too many the one that was left alone longest. Who comes
back after that is told 404, which means to shake hands again.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from starlette.types import Message, Send

from harness.simulator.wire.mcp.errors import RpcRefusal

HEADER = b"mcp-session-id"
IDLE_S = 600.0
"""How long a session is kept that nobody uses."""
MOST = 10_000
"""How many are kept; room for a further one is made."""


class _Session(NamedTuple):
    owner: str
    revision: str
    used: float


class Sessions:
    """Which sessions are open, and whose.

    Args:
        now: a monotonic clock in seconds; injected by tests.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._open: OrderedDict[str, _Session] = OrderedDict()
        """The one that was left alone longest comes first."""

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, owner: str, revision: str) -> str:
        """Open one in which that revision is spoken; returns its name."""
        name = secrets.token_hex(16)
        self._open[name] = _Session(owner, sys.intern(revision), self._now())
        if len(self._open) > MOST:
            self._open.popitem(last=False)
        self._reap()
        return name

    def use(self, name: str | None, owner: str) -> str:
        """Go on with one; returns the revision that is spoken in it.

        Raises:
            RpcRefusal: 400 without a name; 404 where it is unknown, forgotten, ended or somebody else's.
        """
        if name is None:
            raise RpcRefusal(400, "a session is needed: shake hands first, or speak a stateless revision")
        self._reap()
        found = self._open.get(name)
        if found is None or found.owner != owner:
            raise RpcRefusal(404, "Session not found")
        self._open[name] = found._replace(used=self._now())
        self._open.move_to_end(name)
        return found.revision

    def end(self, name: str) -> None:
        """Forget one."""
        self._open.pop(name, None)

    def introducing(self, owner: str, send: Send) -> Send:
        """Opens a session with the answer to a handshake and names it there, unless the handshake failed."""
        held: list[Message] = []

        async def introduce(message: Message) -> None:
            if message["type"] == "http.response.start":
                held.append(message)
                return
            if held:
                start = held.pop()
                agreed = json.loads(message["body"]).get("result") if start["status"] == 200 else None
                if agreed is not None:
                    name = (HEADER, self.begin(owner, agreed["protocolVersion"]).encode())
                    start = {**start, "headers": [*start["headers"], name]}
                await send(start)
            await send(message)

        return introduce

    def _reap(self) -> None:
        while self._open:
            name, session = next(iter(self._open.items()))
            if self._now() - session.used < IDLE_S:
                return
            self.end(name)
