"""A merchant's requests, signed before anything is measured."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count
from urllib.parse import urlsplit

from bench.servers import Server
from bench.traffic import request
from harness.signing.keys import load_private_key
from harness.signing.wechat_v3 import RequestSigner

NATIVE = "/v3/pay/transactions/native"
FEN = 1
"""Of an order: the experience edition's day has room for a hundred thousand of these."""


def order_numbers() -> Iterator[str]:
    """Numbers that never repeat within a run."""
    return (f"bench-{number:010d}" for number in count(1))


class Merchant:
    """The merchant account of one simulator."""

    def __init__(self, server: Server) -> None:
        values = server.environment
        self.appid = values["WECHAT_PAY_APP_ID"]
        self.mchid = values["WECHAT_PAY_MCH_ID"]
        self.notify_url = values["WECHAT_PAY_NOTIFY_URL"]
        self._host = urlsplit(server.base_url).netloc
        key = load_private_key(values["WECHAT_PAY_PRIVATE_KEY"])
        self._signer = RequestSigner(self.mchid, values["WECHAT_PAY_CERT_SERIAL"], key)

    def create(self, out_trade_no: str) -> bytes:
        """A Native order over API v3."""
        order = {
            "appid": self.appid,
            "mchid": self.mchid,
            "description": "龙井 250 克",
            "out_trade_no": out_trade_no,
            "notify_url": self.notify_url,
            "amount": {"total": FEN, "currency": "CNY"},
        }
        return self._signed("POST", NATIVE, json.dumps(order, ensure_ascii=False).encode())

    def query(self, out_trade_no: str) -> bytes:
        """A query by the merchant's number over API v3."""
        return self._signed("GET", f"/v3/pay/transactions/out-trade-no/{out_trade_no}?mchid={self.mchid}")

    def refund(self, out_trade_no: str) -> bytes:
        """A refund of the whole order over API v3, of which nobody is told."""
        refund = {
            "out_trade_no": out_trade_no,
            "out_refund_no": f"{out_trade_no}-back",
            "amount": {"refund": FEN, "total": FEN, "currency": "CNY"},
        }
        return self._signed("POST", "/v3/refund/domestic/refunds", json.dumps(refund).encode())

    def arguments(self, out_trade_no: str) -> Mapping[str, object]:
        """The same order as a tool takes it."""
        return {
            "out_trade_no": out_trade_no,
            "amount": FEN,
            "description": "龙井 250 克",
            "notify_url": self.notify_url,
        }

    def _signed(self, method: str, target: str, body: bytes = b"") -> bytes:
        headers = {
            "host": self._host,
            "accept": "application/json",
            "user-agent": "golive-bench",
            "authorization": self._signer.authorization(method, target, body),
        }
        if body:
            headers["content-type"] = "application/json"
        return request(method, target, headers, body)
