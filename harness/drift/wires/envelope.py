"""The envelope: a path and the members beside the envelope's own, signed or wrongly signed on purpose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.core.exchange import Listener
from harness.drift.wires.kit import Asked, Asker, a_stranger
from harness.gateways.envelope.mapping import WeChatOperations
from harness.gateways.envelope.transport import EnvelopeWire, new_request_id
from harness.gateways.guard import Unguarded
from harness.settings.model import Settings


def open_wire(settings: Settings, *, listeners: Sequence[Listener], guard: Unguarded) -> EnvelopeAsker:
    """Of a merchant's settings."""
    return EnvelopeAsker(settings, listeners, guard)


class EnvelopeAsker(Asker[EnvelopeWire]):
    """See `Asker`."""

    dialect = "envelope"
    calls = re.compile(r"(/[a-z]+){1,4}")
    none = "it is no path of an operation"
    spoils = frozenset({"key", "api-key"})

    def __init__(self, settings: Settings, listeners: Sequence[Listener], guard: Unguarded) -> None:
        super().__init__(listeners, guard)
        self._settings = settings

    @property
    def names(self) -> Mapping[str, str]:
        """The merchant at the endpoint, the account behind it, and where it is called back."""
        wechat = self._settings.wechat
        return {
            "mchid": wechat.mchid,
            "appid": wechat.appid,
            "merchant_id": self._settings.mcp.merchant_id,
            "notify_url": wechat.notify_url,
        }

    def _ask(self, way: EnvelopeWire, found: re.Match[str], asked: Asked) -> None:
        del found
        way.request(
            asked.call,
            asked.members or {},
            operation=asked.operation,
            request_id=new_request_id(),
            number=asked.number,
        )

    def _opened(self, spoilt: frozenset[str]) -> EnvelopeWire:
        mcp = self._settings.mcp
        if "key" in spoilt:
            mcp = replace(mcp, private_key=a_stranger())
        if "api-key" in spoilt:
            mcp = replace(mcp, api_key="golive-drift")
        operations = WeChatOperations(self._settings.wechat)
        return EnvelopeWire(mcp, operations, listeners=self._listeners, guard=self._guard)
