"""Alipay's gateway: a method and its business members, signed rightly or wrongly on purpose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.core.exchange import Listener
from harness.drift.wires.kit import Asked, Asker, a_stranger
from harness.gateways.alipay.gateway import alipay_of
from harness.gateways.alipay.transport import Call, Transport
from harness.gateways.guard import Unguarded
from harness.settings.model import AlipaySettings, Settings

_NOBODYS_APP = "2021000000000009"
PATIENCE_S = 10.0


def open_wire(settings: Settings, *, listeners: Sequence[Listener], guard: Unguarded) -> AlipayAsker:
    """Of a merchant's settings.

    Raises:
        ConfigurationError: they configure no Alipay.
    """
    return AlipayAsker(alipay_of(settings), listeners, guard)


class AlipayAsker(Asker[Transport]):
    """See `Asker`."""

    dialect = "alipay"
    calls = re.compile(r"[a-z]+(\.[a-z]+)+")
    none = "it is no method of Alipay's"
    spoils = frozenset({"key", "app"})

    def __init__(self, account: AlipaySettings, listeners: Sequence[Listener], guard: Unguarded) -> None:
        super().__init__(listeners, guard)
        self._account = account

    @property
    def names(self) -> Mapping[str, str]:
        """The application, and where it is called back."""
        account = self._account
        return {
            "app_id": account.app_id,
            "seller_id": account.seller_id,
            "notify_url": account.notify_url,
        }

    def _ask(self, way: Transport, found: re.Match[str], asked: Asked) -> None:
        del found
        way.exchange(
            Call(
                operation=asked.operation,
                method=asked.call,
                content=asked.members or {},
                out_trade_no=asked.number,
            )
        )

    def _opened(self, spoilt: frozenset[str]) -> Transport:
        account = self._account
        if "key" in spoilt:
            account = replace(account, private_key=a_stranger())
        if "app" in spoilt:
            account = replace(account, app_id=_NOBODYS_APP)
        return Transport(account, listeners=self._listeners, timeout_s=PATIENCE_S, guard=self._guard)
