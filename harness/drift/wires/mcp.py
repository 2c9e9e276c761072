"""Model Context Protocol: a tool and its arguments, in a session of the right key or of a wrong one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.core.exchange import Listener
from harness.drift.wires.kit import Asked, Asker
from harness.gateways.guard import Unguarded
from harness.gateways.loop_thread import LoopThread
from harness.gateways.mcp.session import Endpoint, Session
from harness.gateways.safe_address import safe_address
from harness.settings.addresses import is_loopback
from harness.settings.model import Settings


def open_wire(settings: Settings, *, listeners: Sequence[Listener], guard: Unguarded) -> McpAsker:
    """Of a merchant's settings."""
    return McpAsker(settings, listeners, guard)


class McpAsker(Asker[Session]):
    """See `Asker`."""

    dialect = "mcp"
    calls = re.compile(r"[a-z0-9-]{1,64}")
    none = "it is no name of a tool"
    spoils = frozenset({"api-key"})

    def __init__(self, settings: Settings, listeners: Sequence[Listener], guard: Unguarded) -> None:
        super().__init__(listeners, guard)
        self._settings = settings
        mcp = settings.mcp
        host = safe_address(mcp.endpoint).host
        self._endpoint = Endpoint(
            url=mcp.endpoint,
            host=host,
            api_key=mcp.api_key,
            mode="auto",
            timeout_s=mcp.timeout_ms / 1000,
            trust_env=not is_loopback(host),
            listeners=tuple(listeners),
            guard=guard,
            dialect=self.dialect,
        )
        self._loop = LoopThread(f"golive-drift {host}")

    @property
    def names(self) -> Mapping[str, str]:
        """The account behind the endpoint, and where it is called back."""
        wechat = self._settings.wechat
        return {"mchid": wechat.mchid, "appid": wechat.appid, "notify_url": wechat.notify_url}

    def _ask(self, way: Session, found: re.Match[str], asked: Asked) -> None:
        del found
        self._loop.run(
            lambda: way.call(
                asked.call,
                asked.members or {},
                request_id=f"GL{secrets.token_hex(12)}",
                operation=asked.operation,
                out_trade_no=asked.number,
            )
        )

    def close(self) -> None:
        """End the sessions, the sockets and the thread."""
        self._loop.close(self._goodbye)

    async def _goodbye(self) -> None:
        for session in self._ways.values():
            await session.close()

    def _opened(self, spoilt: frozenset[str]) -> Session:
        return Session(replace(self._endpoint, api_key="golive-drift") if spoilt else self._endpoint)
