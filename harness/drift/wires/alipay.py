"""Alipay's gateway: a method and its business members, signed rightly or wrongly on purpose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.core.exchange import Listener
from harness.drift.wires.kit import ASKS, Asked, a_stranger, no_question, only_spoilt
from harness.gateways.alipay.gateway import alipay_of
from harness.gateways.alipay.transport import Call, Transport
from harness.gateways.guard import Unguarded
from harness.settings.model import AlipaySettings, Settings

_CALL = re.compile(r"[a-z]+(\.[a-z]+)+")
_NOBODYS_APP = "2021000000000009"
_SPOILS = frozenset({"key", "app"})
PATIENCE_S = 10.0


def open_wire(settings: Settings, *, listeners: Sequence[Listener], guard: Unguarded) -> AlipayAsker:
    """Of a merchant's settings.

    Raises:
        ConfigurationError: they configure no Alipay.
    """
    return AlipayAsker(alipay_of(settings), listeners, guard)


class AlipayAsker:
    """See `Wire`."""

    asks = ASKS / "alipay.yaml"

    def __init__(self, account: AlipaySettings, listeners: Sequence[Listener], guard: Unguarded) -> None:
        self._account = account
        self._listeners = listeners
        self._guard = guard
        self._ways: dict[frozenset[str], Transport] = {}

    @property
    def names(self) -> Mapping[str, str]:
        """The application, and where it is called back."""
        account = self._account
        return {
            "app_id": account.app_id,
            "seller_id": account.seller_id,
            "notify_url": account.notify_url,
        }

    def send(self, asked: Asked) -> None:
        """Ask; no answer is judged."""
        if _CALL.fullmatch(asked.call) is None:
            raise no_question(asked, "alipay", "it is no method of Alipay's")
        only_spoilt(asked, "alipay", _SPOILS)
        self._way(asked.spoilt).exchange(
            Call(
                operation=asked.operation,
                method=asked.call,
                content=asked.members or {},
                out_trade_no=asked.number,
            )
        )

    def close(self) -> None:
        """Close every connection."""
        for each in self._ways.values():
            each.close()

    def _way(self, spoilt: frozenset[str]) -> Transport:
        if spoilt not in self._ways:
            account = self._account
            if "key" in spoilt:
                account = replace(account, private_key=a_stranger())
            if "app" in spoilt:
                account = replace(account, app_id=_NOBODYS_APP)
            self._ways[spoilt] = Transport(
                account, listeners=self._listeners, timeout_s=PATIENCE_S, guard=self._guard
            )
        return self._ways[spoilt]
