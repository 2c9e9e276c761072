"""The way of a request to Alipay's gateway: read, authenticate, perform, answer (facts alipay 1.8)."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from harness.simulator.account.identity import Identity
from harness.simulator.wire.alipay.settings import GATEWAY, settings
from harness.simulator.wire.kit.unknown import unknown_path
from harness.simulator.wire.kit.wire import Wire, WireContext

PATHS = frozenset({"/gateway.do", GATEWAY})


def open_wire(context: WireContext) -> Wire:
    """Alipay's open platform of one simulator."""
    return AlipayWire(context)


class AlipayWire(Wire):
    """The wire of one simulator."""

    name = "Alipay"
    shown = GATEWAY

    def __init__(self, context: WireContext) -> None:
        self.context = context

    def handles(self, path: str) -> bool:
        """The gateway."""
        return path in PATHS

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        await unknown_path(scope, receive, send)

    def settings(self, identity: Identity, base_url: str, notify_url: str) -> dict[str, str]:
        """What a merchant signs with, what it verifies with, and where."""
        return settings(identity, base_url, notify_url)
