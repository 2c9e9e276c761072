"""Requests of this dialect for a load; answers are believed only when they are signed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from harness.callbacks.callback import compact
from harness.core.errors import SignatureInvalid
from harness.core.money import Fen
from harness.core.payment import Product
from harness.settings import Settings
from harness.settings.addresses import parse_address
from load.key import Key
from load.users.answers import Answer, Wrong, judged_handle, judged_state, read_object, refused, same
from load.users.wire import DESCRIPTION, Request
from tests.echo.signing import HEADER, PATH, sign, verify


class LoadWire:
    """See `load.users.wire.Wire`."""

    def __init__(self, settings: Settings, *, openid: str, notify_url: str, amount: Fen) -> None:
        del openid
        self.origin = parse_address(settings.mcp.endpoint).origin
        self._mchid, self._secret = settings.wechat.mchid, settings.wechat.apiv3_key
        self._order = {"amount": int(amount), "description": DESCRIPTION, "notify_url": notify_url}

    def create(self, out_trade_no: str, product: Product) -> Request:
        """Places an order."""
        order = {**self._order, "once": secrets.token_hex(16)}
        return self._request(
            "create", product, out_trade_no, order, lambda told: judged_handle(told, "code_url")
        )

    def query(self, out_trade_no: str, product: Product, states: frozenset[str]) -> Request:
        """Asks for an order."""
        return self._request(
            "query", product, out_trade_no, {}, lambda told: judged_state(told, states, "state")
        )

    def close(self, out_trade_no: str, product: Product) -> Request:
        """Closes an order."""
        return self._request("close", product, out_trade_no, {}, lambda told: told)

    def _request(
        self, operation: str, product: Product, out_trade_no: str, members: Mapping[str, object], judge: Any
    ) -> Request:
        line = compact({"merchant": self._mchid, "out_trade_no": out_trade_no, **members}) + b"\n"

        def judged(answer: Answer) -> Mapping[str, Any]:
            if answer.status != 200:
                raise refused(answer)
            try:
                verify(self._secret, answer.headers, answer.body)
            except SignatureInvalid:
                raise Wrong("bad signature") from None
            told = read_object(answer.body)
            same(told, "out_trade_no", out_trade_no)
            return judge(told)  # type: ignore[no-any-return]

        return Request(
            key=Key(operation, product.value, "echo"),
            method="POST",
            path=f"{PATH}{operation}",
            headers={"Content-Type": "application/json", HEADER: sign(self._secret, line)},
            body=line,
            judge=judged,
        )
