"""Requests of the classic API v3, and answers verified by the platform's public key (facts 1 to 3)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from harness.core.errors import SignatureInvalid
from harness.core.money import Fen
from harness.core.payment import Product
from harness.settings import Settings
from harness.signing.wechat_v3 import RequestSigner, Verifier
from load.key import Key
from load.users.answers import Answer, Wrong, judged_handle, judged_state, read_object, refused, same
from load.users.wire import DESCRIPTION, H5_TYPE, HANDLES, PAYER_IP, USER_AGENT, Request

ID = "apiv3"
_TRANSACTIONS = "/v3/pay/transactions"


class LoadWire:
    """One merchant account on the classic API, in public-key mode.

    Args:
        settings: of which the account and its keys are used.
        openid: of the payer of JSAPI orders.
        notify_url: of every order.
        amount: of every order.
    """

    def __init__(self, settings: Settings, *, openid: str, notify_url: str, amount: Fen) -> None:
        own = settings.wechat
        self.origin = own.base_url
        self._settings = own
        self._signer = RequestSigner(own.mchid, own.certificate_serial, own.private_key)
        self._verifier = Verifier({own.platform_key_id: own.platform_public_key})
        self._fixed = {
            "Accept": "application/json",
            "User-Agent": USER_AGENT,
            "Wechatpay-Serial": own.platform_key_id,
        }
        self._posted = {**self._fixed, "Content-Type": "application/json"}
        self._order: dict[str, Any] = {
            "appid": own.appid,
            "mchid": own.mchid,
            "description": DESCRIPTION,
            "notify_url": notify_url,
            "amount": {"total": int(amount), "currency": "CNY"},
        }
        self._scene: Mapping[Product, Mapping[str, Any]] = {
            Product.JSAPI: {"payer": {"openid": openid}},
            Product.H5: {"scene_info": {"payer_client_ip": PAYER_IP, "h5_info": {"type": H5_TYPE}}},
        }

    def create(self, out_trade_no: str, product: Product) -> Request:
        """Places an order of any product."""
        members = {**self._order, "out_trade_no": out_trade_no, **self._scene.get(product, {})}
        handle = HANDLES[product]
        return self._post(
            Key("create", product.value, ID),
            f"{_TRANSACTIONS}/{product.value}",
            members,
            lambda answer: judged_handle(read_object(self._believed(answer, 200)), handle),
        )

    def query(self, out_trade_no: str, product: Product, states: frozenset[str]) -> Request:
        """Asks by the merchant's own number."""
        path = f"{_TRANSACTIONS}/out-trade-no/{out_trade_no}?mchid={self._settings.mchid}"

        def judge(answer: Answer) -> Mapping[str, Any]:
            members = read_object(self._believed(answer, 200))
            return judged_state(same(members, "out_trade_no", out_trade_no), states, "trade_state")

        return Request(
            key=Key("query", product.value, ID),
            method="GET",
            path=path,
            headers=self._signed("GET", path, b"", self._fixed),
            body=b"",
            judge=judge,
        )

    def close(self, out_trade_no: str, product: Product) -> Request:
        """Closes an unpaid order; the empty answer is signed as well."""

        def judge(answer: Answer) -> Mapping[str, Any]:
            self._believed(answer, 204)
            return {}

        return self._post(
            Key("close", product.value, ID),
            f"{_TRANSACTIONS}/out-trade-no/{out_trade_no}/close",
            {"mchid": self._settings.mchid},
            judge,
        )

    def _post(self, key: Key, path: str, members: Mapping[str, Any], judge: Any) -> Request:
        body = json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
        return Request(key, "POST", path, self._signed("POST", path, body, self._posted), body, judge)

    def _signed(
        self, method: str, path: str, body: bytes, fixed: Mapping[str, str]
    ) -> dict[str, str | list[str]]:
        nonce = secrets.token_hex(16).upper()
        return {**fixed, "Authorization": self._signer.authorization(method, path, body, nonce=nonce)}

    def _believed(self, answer: Answer, wanted: int) -> bytes:
        """The body of a success, once its signature holds over exactly these bytes."""
        if answer.status != wanted:
            raise refused(answer)
        try:
            self._verifier.verify(answer.headers, answer.body)
        except SignatureInvalid:
            raise Wrong("bad signature") from None
        return answer.body
