"""API v3: a method, a path and a JSON body, signed with the account's key or wrongly on purpose."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from harness.core.exchange import Listener
from harness.drift.wires.kit import Asked, Asker, a_stranger
from harness.gateways.apiv3.transport import RIGHTLY, Call, Transport
from harness.gateways.guard import Unguarded
from harness.gateways.wire_json import serialise
from harness.settings.model import Settings, WeChatSettings

_NOBODYS_SERIAL = "5F" * 20
_LONG_AGO_S = 3600
PATIENCE_S = 10.0


class _Signs(Protocol):
    def authorization(self, method: str, path_and_query: str, body: bytes, *, timestamp: int) -> str: ...


def open_wire(settings: Settings, *, listeners: Sequence[Listener], guard: Unguarded) -> ApiV3Asker:
    """Of a merchant's settings."""
    return ApiV3Asker(settings.wechat, listeners, guard)


class ApiV3Asker(Asker[Transport]):
    """See `Asker`."""

    dialect = "apiv3"
    calls = re.compile(r"(GET|POST) (/v3/[!-~]*)")
    none = "it is no GET or POST below /v3/"
    spoils = frozenset({"key", "serial", "time", "scheme"})

    def __init__(self, account: WeChatSettings, listeners: Sequence[Listener], guard: Unguarded) -> None:
        super().__init__(listeners, guard)
        self._account = account

    @property
    def names(self) -> Mapping[str, str]:
        """The account, and where it is called back."""
        account = self._account
        return {"mchid": account.mchid, "appid": account.appid, "notify_url": account.notify_url}

    def _ask(self, way: Transport, found: re.Match[str], asked: Asked) -> None:
        way.exchange(
            Call(
                operation=asked.operation,
                method=found[1],
                path=found[2],
                body=b"" if asked.members is None else serialise(asked.members),
                out_trade_no=asked.number,
            )
        )

    def _opened(self, spoilt: frozenset[str]) -> Transport:
        account = self._account
        if "key" in spoilt:
            account = replace(account, private_key=a_stranger())
        if "serial" in spoilt:
            account = replace(account, certificate_serial=_NOBODYS_SERIAL)
        authorize = RIGHTLY
        if "time" in spoilt:
            authorize = _long_ago
        if "scheme" in spoilt:
            authorize = _another_scheme
        return Transport(
            account,
            listeners=self._listeners,
            timeout_s=PATIENCE_S,
            guard=self._guard,
            authorize=authorize,
        )


def _long_ago(signer: _Signs, method: str, target: str, body: bytes) -> str:
    return signer.authorization(method, target, body, timestamp=int(time.time()) - _LONG_AGO_S)


def _another_scheme(signer: _Signs, method: str, target: str, body: bytes) -> str:
    del signer, method, target, body
    return "Bearer golive-drift"
