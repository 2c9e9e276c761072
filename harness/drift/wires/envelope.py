"""The envelope: a path and the members beside the envelope's own, signed or wrongly signed on purpose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.core.exchange import Listener
from harness.drift.wires.kit import ASKS, Asked, a_stranger, no_question, only_spoilt
from harness.gateways.envelope.mapping import WeChatOperations
from harness.gateways.envelope.transport import EnvelopeWire, new_request_id
from harness.gateways.guard import Unguarded
from harness.settings.model import Settings

_CALL = re.compile(r"(/[a-z]+){1,4}")
_SPOILS = frozenset({"key", "api-key"})


def open_wire(settings: Settings, *, listeners: Sequence[Listener], guard: Unguarded) -> EnvelopeAsker:
    """Of a merchant's settings."""
    return EnvelopeAsker(settings, listeners, guard)


class EnvelopeAsker:
    """See `Wire`."""

    asks = ASKS / "envelope.yaml"

    def __init__(self, settings: Settings, listeners: Sequence[Listener], guard: Unguarded) -> None:
        self._settings = settings
        self._listeners = listeners
        self._guard = guard
        self._ways: dict[frozenset[str], EnvelopeWire] = {}

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

    def send(self, asked: Asked) -> None:
        """Ask; what came of it, the listeners heard."""
        if _CALL.fullmatch(asked.call) is None:
            raise no_question(asked, "envelope", "it is no path of an operation")
        only_spoilt(asked, "envelope", _SPOILS)
        self._way(asked.spoilt).request(
            asked.call,
            asked.members or {},
            operation=asked.operation,
            request_id=new_request_id(),
            number=asked.number,
        )

    def close(self) -> None:
        """Close every connection."""
        for each in self._ways.values():
            each.close()

    def _way(self, spoilt: frozenset[str]) -> EnvelopeWire:
        if spoilt not in self._ways:
            mcp = self._settings.mcp
            if "key" in spoilt:
                mcp = replace(mcp, private_key=a_stranger())
            if "api-key" in spoilt:
                mcp = replace(mcp, api_key="golive-drift")
            operations = WeChatOperations(self._settings.wechat)
            self._ways[spoilt] = EnvelopeWire(mcp, operations, listeners=self._listeners, guard=self._guard)
        return self._ways[spoilt]
