"""The merchant's side of Alipay's platform under test: signs requests, reads raw answers."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus
from uuid import uuid4

from harness.core.money import Fen
from harness.levers.models import Payment
from harness.signing.alipay import (
    SCHEME,
    answer_holds,
    sign_request,
    v3_answer_message,
    v3_request_message,
)
from harness.signing.wechat_v3 import sign, verifies
from harness.simulator.account.alipay_identity import AlipayIdentity
from harness.simulator.platform.alipay_account import AlipayAccount
from harness.simulator.platform.orders import PlatformOrder
from tests.simulator.merchant_side import Answer, MerchantSide, RawHeaders

GATEWAY = "/gateway.do"
NUMBER = "GL20261129000001"
NOTIFY_URL = "http://127.0.0.1:1/callbacks/alipay"
PRODUCT_CODES = {"page": "FAST_INSTANT_TRADE_PAY", "wap": "QUICK_WAP_WAY", "app": "QUICK_MSECURITY_PAY"}
FORM = "application/x-www-form-urlencoded;charset=utf-8"

_ANSWER = re.compile(
    rb'\A\{"(?P<name>\w+)":(?P<node>\{.*\}),("alipay_cert_sn":"(?P<sn>[0-9a-f]{32})",)?"sign":"(?P<sign>[^"]+)"\}\Z',
    re.DOTALL,
)


@dataclass(frozen=True)
class Told:
    """An answer of the gateway, taken apart as a client does."""

    raw: Answer
    charset: str
    name: str
    node: bytes
    """What is signed, as it was on the wire."""
    sign: str
    """Empty: nobody signed."""
    certificate_sn: str = ""

    @property
    def members(self) -> dict[str, Any]:
        """The node's."""
        found: dict[str, Any] = json.loads(self.node.decode(self.charset))
        return found

    @property
    def sub_code(self) -> str:
        """Empty on success."""
        return str(self.members.get("sub_code", ""))


@dataclass
class AlipaySide:
    """Speaks to the gateway of one simulator, well or badly as a test wants it."""

    merchant: MerchantSide

    @property
    def identity(self) -> AlipayIdentity:
        """The credentials of its application."""
        return self.merchant.identity.alipay

    @property
    def account(self) -> AlipayAccount:
        """What the platform knows of it."""
        return self.merchant.simulator.platform.alipay_accounts[self.identity.seller_id]

    def parameters(self, method: str, biz: object, /, **changes: str | None) -> dict[str, str]:
        """Those of a good request, signed; a change to None leaves one out, before it is signed."""
        given: dict[str, str | None] = {
            "app_id": self.identity.app_id,
            "method": method,
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": "2026-11-29 14:03:07",
            "version": "1.0",
            "biz_content": biz if isinstance(biz, str) else json.dumps(biz, ensure_ascii=False),
        }
        if self.identity.certified:
            certificates = self.identity.certificates
            given |= {"app_cert_sn": certificates.app_sn, "alipay_root_cert_sn": certificates.root_sn}
        given |= changes
        kept = {name: value for name, value in given.items() if value is not None}
        if "sign" not in changes:
            charset = "gbk" if kept.get("charset", "").lower() == "gbk" else "utf-8"
            kept["sign"] = sign_request(self.identity.app_key, kept, charset=charset)
        return kept

    def post(self, query: Mapping[str, str], form: Mapping[str, str], *, charset: str = "utf-8") -> Answer:
        """Some parameters in the URL, the others in the body."""
        return self.merchant.send("POST", f"{GATEWAY}?{encoded(query, charset)}", *posted(form, charset))

    def post_at_once(self, forms: Iterable[Mapping[str, str]]) -> list[Answer]:
        """So many requests, all of them before the first answer."""
        return self.merchant.send_at_once("POST", GATEWAY, [posted(form) for form in forms])

    def get(self, query: Mapping[str, str], *, charset: str = "utf-8") -> Answer:
        """All of them in the URL."""
        return self.merchant.send("GET", f"{GATEWAY}?{encoded(query, charset)}", b"", [])

    def call(self, method: str, biz: object, /, **changes: str | None) -> Told:
        """A good request, everything in the body."""
        return told(self.post({}, self.parameters(method, biz, **changes)))

    def precreate(self, number: str = NUMBER, amount: object = "19.90", **changes: object) -> Told:
        """Order by code."""
        return self.call("alipay.trade.precreate", order(number, amount, **changes), notify_url=NOTIFY_URL)

    def create(self, number: str = NUMBER, amount: object = "19.90", **changes: object) -> Told:
        """Order for a payer whom the merchant knows already."""
        biz = order(number, amount, **{"buyer_id": self.identity.buyer_id, **changes})
        return self.call("alipay.trade.create", biz, notify_url=NOTIFY_URL)

    def page(self, method: str = "page", *, biz: object = None, **changes: str | None) -> Answer:
        """Go to the cashier, as a browser does that submits the form."""
        wanted = order(product_code=PRODUCT_CODES[method]) if biz is None else biz
        given = self.parameters(f"alipay.trade.{method}.pay", wanted, **{"notify_url": NOTIFY_URL, **changes})
        return self.post({}, given)

    def query(self, number: str = NUMBER, **biz: object) -> Told:
        """Ask for a trade."""
        return self.call("alipay.trade.query", biz or {"out_trade_no": number})

    def get_query(self, number: str = NUMBER) -> Answer:
        """The same, as it came off the wire."""
        return self.get(self.parameters("alipay.trade.query", {"out_trade_no": number}))

    def close(self, number: str = NUMBER, **changes: str | None) -> Told:
        """Close a trade."""
        return self.call("alipay.trade.close", {"out_trade_no": number}, **changes)

    def cancel(self, number: str = NUMBER) -> Told:
        """Undo a trade."""
        return self.call("alipay.trade.cancel", {"out_trade_no": number})

    def refund(self, amount: str = "19.90", request: str | None = "R1", number: str = NUMBER) -> Told:
        """Give money back."""
        biz = {"out_trade_no": number, "refund_amount": amount}
        return self.call(
            "alipay.trade.refund", biz if request is None else {**biz, "out_request_no": request}
        )

    def query_refund(self, request: str = "R1", number: str = NUMBER, **biz: object) -> Told:
        """Ask for a refund."""
        asked = {"out_trade_no": number, "out_request_no": request, **biz}
        return self.call("alipay.trade.fastpay.refund.query", asked)

    def scan(self, number: str = NUMBER, payer: str | None = None) -> PlatformOrder:
        """A payer opens what was asked for last."""
        order = self.account.find(number)
        self.merchant.simulator.platform.open(order, payer)
        return order

    def pay(self, number: str = NUMBER, coupon: int = 0) -> Payment:
        """Pay without telling anybody."""
        return self.merchant.simulator.platform.pay(self.account.find(number), coupon=Fen(coupon))

    def verify(self, answer: Told) -> None:
        """Fail unless the platform's key signed the node."""
        assert answer_holds(self.identity.platform_key.public_key(), answer.node, answer.sign)

    def v3(self, path: str, body: object, **changed: str) -> Answer:
        """A signed request of the V3 style; a change to a member of Authorization is signed, too."""
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        members = {
            "app_id": self.identity.app_id,
            "nonce": str(uuid4()),
            "timestamp": str(time.time_ns() // 1_000_000),
            **changed,
        }
        if self.identity.certified:
            members["app_cert_sn"] = self.identity.certificates.app_sn
        auth = ",".join(f"{name}={value}" for name, value in members.items())
        target = f"/v3/alipay/trade/{path}"
        signature = sign(self.identity.app_key, v3_request_message(auth, "POST", target, content))
        headers: RawHeaders = [
            (b"content-type", b"application/json"),
            (b"authorization", f"{SCHEME} {auth},sign={signature}".encode()),
        ]
        if self.identity.certified:
            headers.append((b"alipay-root-cert-sn", self.identity.certificates.root_sn.encode()))
        return self.merchant.send("POST", target, content, headers)

    def verify_v3(self, answer: Answer) -> None:
        """Fail unless the platform's key signed the answer."""
        stamp, nonce = str(answer.header("alipay-timestamp")), str(answer.header("alipay-nonce"))
        message = v3_answer_message(stamp, nonce, answer.body)
        key = self.identity.platform_key.public_key()
        assert verifies(key, message, str(answer.header("alipay-signature")))


def order(number: str = NUMBER, amount: object = "19.90", **changes: object) -> dict[str, Any]:
    """Business members of an order; a change to None leaves one out."""
    biz = {"out_trade_no": number, "total_amount": amount, "subject": "龙井 250 克", **changes}
    return {name: value for name, value in biz.items() if value is not None}


def told(answer: Answer) -> Told:
    """Take an answer apart: node first, signature last, nothing else."""
    charset = str(answer.header("content-type")).removeprefix("text/html;charset=")
    found = _ANSWER.match(answer.body)
    if found is not None:
        sn = (found["sn"] or b"").decode()
        return Told(answer, charset, found["name"].decode(), found["node"], found["sign"].decode(), sn)
    unsigned = re.match(rb'\A\{"(\w+)":(\{.*\})\}\Z', answer.body, re.DOTALL)
    assert unsigned is not None, answer.body
    return Told(answer, charset, unsigned[1].decode(), unsigned[2], "")


def posted(form: Mapping[str, str], charset: str = "utf-8") -> tuple[bytes, RawHeaders]:
    """A form as a body, and its headers."""
    body = encoded(form, charset).encode()
    return body, [(b"content-type", FORM.encode()), (b"content-length", str(len(body)).encode())]


def encoded(parameters: Mapping[str, str], charset: str = "utf-8") -> str:
    """As a form is, in that charset."""
    return "&".join(f"{name}={quote_plus(value, encoding=charset)}" for name, value in parameters.items())
