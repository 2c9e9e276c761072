"""What a merchant of Alipay's lives through: every state of trades and refunds, on each of its wires."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from harness.core.clock import BEIJING
from harness.levers.models import Fault
from harness.signing.alipay import SCHEME, v3_request_message
from harness.signing.wechat_v3 import sign
from harness.simulator.signatures.refused import PER_SECOND
from tests.simulator.alipay_side import GATEWAY, AlipaySide, order, posted
from tests.simulator.merchant_side import MerchantSide
from tests.simulator.wire.alipay_envelope.test_alipay_operations import CREATE, HEALTH, Side

BILL = "data.dataservice.bill.downloadurl.query"
CERTIFICATE = "alipay.open.app.alipaycert.download"
METHODS = [
    *(f"alipay.trade.{each}" for each in ("precreate", "create", "query", "close", "cancel", "refund")),
    *("alipay.trade.fastpay.refund.query", f"alipay.{BILL}", CERTIFICATE),
]
Ask = Callable[[str, dict[str, Any]], dict[str, Any]]


def by_gateway(alipay: AlipaySide) -> Ask:
    """Asks as the older style does."""
    return lambda method, biz: alipay.call(f"alipay.{method}", biz).members


def by_v3(alipay: AlipaySide) -> Ask:
    """Asks as the newer style does."""

    def ask(method: str, biz: dict[str, Any]) -> dict[str, Any]:
        if method == BILL:
            return _get(alipay, f"/v3/alipay/{method.replace('.', '/')}?{urlencode(biz)}")
        told: dict[str, Any] = alipay.v3(method.removeprefix("trade.").replace(".", "/"), biz).json
        return told

    return ask


def _get(alipay: AlipaySide, target: str) -> dict[str, Any]:
    auth = f"app_id={alipay.identity.app_id},nonce={uuid4()},timestamp={time.time_ns() // 1_000_000}"
    if alipay.identity.certified:
        auth += f",app_cert_sn={alipay.identity.certificates.app_sn}"
    signature = sign(alipay.identity.app_key, v3_request_message(auth, "GET", target, b""))
    headers = [(b"authorization", f"{SCHEME} {auth},sign={signature}".encode())]
    if alipay.identity.certified:
        headers.append((b"alipay-root-cert-sn", alipay.identity.certificates.root_sn.encode()))
    told: dict[str, Any] = alipay.merchant.send("GET", target, b"", headers).json
    return told


def trades(alipay: AlipaySide, ask: Ask) -> list[str]:
    """Asked for, opened, paid with and without a coupon, given back, closed, cancelled, finished, none."""
    buyer = "buyer_open_id" if alipay.identity.tells_open_id else "buyer_id"
    named = {buyer: getattr(alipay.identity, buyer)}
    ask("trade.precreate", order("code"))
    alipay.scan("code")
    told = [ask("trade.query", {"out_trade_no": "code"})]
    alipay.pay("code", coupon=500)
    told.append(ask("trade.query", {"out_trade_no": "code"}))
    for number in ("plain", "closed", "undone", "returned"):
        ask("trade.create", order(number, **named))
    for number in ("plain", "returned"):
        alipay.pay(number)
    told.append(ask("trade.query", {"out_trade_no": "plain"}))
    ask("trade.close", {"out_trade_no": "closed"})
    told.append(ask("trade.query", {"out_trade_no": "closed"}))
    for number in ("undone", "returned", "returned", "nobodys"):
        ask("trade.cancel", {"out_trade_no": number})
    ask("trade.cancel", {"trade_no": "2026112922001400000000000000"})
    ask("trade.close", {"out_trade_no": "plain"})
    ask("trade.query", {"out_trade_no": "nobodys"})
    ask("trade.create", order("plain", "1.00", **named))
    ask("trade.precreate", {})
    alipay.merchant.simulator.clock.advance(timedelta(days=366))
    told.append(ask("trade.query", {"out_trade_no": "plain"}))
    ask("trade.cancel", {"out_trade_no": "plain"})
    return [each["trade_status"] for each in told]


def refunds(alipay: AlipaySide, ask: Ask) -> list[str]:
    """In part, again, the rest, one that did not arrive, none at all, too much."""
    for number in ("paid", "late"):
        ask("trade.precreate", order(number))
        alipay.pay(number)
    part = {"out_trade_no": "paid", "refund_amount": "5.00", "out_request_no": "R1"}
    told = [ask("trade.refund", part)["fund_change"], ask("trade.refund", part)["fund_change"]]
    found = "trade.fastpay.refund.query"
    asked = {"out_trade_no": "paid", "out_request_no": "R1"}
    told.append(ask(found, asked)["refund_status"])
    ask(found, {**asked, "query_options": ["gmt_refund_pay"]})
    ask(found, {**asked, "out_request_no": "R2"})
    ask(found, {**asked, "out_trade_no": "nobodys"})
    ask("trade.refund", {**part, "out_request_no": "R3", "refund_amount": "100.00"})
    ask("trade.refund", {"out_trade_no": "paid", "refund_amount": "1.00"})
    ask("trade.refund", {**part, "out_request_no": "R4", "refund_amount": "14.90"})
    told.append(ask("trade.query", {"out_trade_no": "paid"})["trade_status"])
    alipay.merchant.simulator.faults.add(Fault(operation="refund", action="refund_ends", value="ABNORMAL"))
    ask("trade.refund", {**part, "out_trade_no": "late"})
    late = ask(found, {**asked, "out_trade_no": "late"})
    return [*told, str(late.get("refund_status"))]


def bills(alipay: AlipaySide, ask: Ask) -> list[str]:
    """Of a day with business and of one without; too early, of no kind; fetched, and fetched too late."""
    ask("trade.precreate", order("billed"))
    alipay.pay("billed")
    day = alipay.merchant.simulator.clock.now().astimezone(BEIJING).date()
    asked = {"bill_type": "trade", "bill_date": f"{day}"}
    ask(BILL, asked)
    ask(BILL, {**asked, "bill_type": "none"})
    alipay.merchant.simulator.clock.advance(timedelta(days=2))
    full = ask(BILL, asked)
    empty = ask(BILL, {**asked, "bill_date": f"{day - timedelta(days=1)}"})
    url = urlsplit(full["bill_download_url"])
    fetched = []
    for _ in range(2):
        answer = alipay.merchant.send("GET", f"{url.path}?{url.query}", b"", [])
        fetched.append(str(answer.header("content-type")).partition(";")[0])
        alipay.merchant.simulator.clock.advance(timedelta(minutes=1))
    return [str(full.get("bill_file_code")), empty["bill_file_code"], *fetched]


def gateway_alone(alipay: AlipaySide) -> list[str]:
    """What no other style has: pages, links, both paths, the certificate, errors before a method is known."""
    told = [str(alipay.page(each).status) for each in ("page", "wap", "app")]
    told.append(str(alipay.page(biz={}).status))
    parameters = alipay.parameters("alipay.trade.query", {"out_trade_no": "nobodys"})
    for path in (GATEWAY, f"/alipay{GATEWAY}"):
        alipay.merchant.send("POST", path, *posted(parameters))
        alipay.merchant.send("GET", f"{path}?{urlencode(parameters)}", b"", [])
    alipay.get(alipay.parameters("alipay.trade.page.pay", order(product_code="FAST_INSTANT_TRADE_PAY")))
    alipay.call(CERTIFICATE, {"alipay_cert_sn": alipay.identity.certificates.alipay_sn})
    alipay.call(CERTIFICATE, {"alipay_cert_sn": "0" * 32})
    alipay.call("alipay.trade.none", {})
    for method in METHODS:
        alipay.call(method, {}, app_id="9021000000000000")
    for _ in range(PER_SECOND + 2):  # the last ones are not looked into
        alipay.call("alipay.trade.query", {}, sign="AAAA")
    alipay.v3("query", {}, timestamp="1793858587000")
    for status in (403, 429, 500, 502):
        alipay.merchant.simulator.faults.add(Fault(operation="query", action="status", value=status))
        answer = alipay.get(parameters)
        told.append(str(answer.status))
    return told


def envelope(merchant: MerchantSide) -> list[str]:
    """Alipay in the envelope: both types, unpaid, paid, refunds of every end, refused."""
    side = Side(merchant)
    side.send("/alipay/mcp/v1/health", b"", method="HEAD")
    side.say(HEALTH)
    end = merchant.simulator.clock.now() + timedelta(hours=1)
    moment = f"{end.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    side.create("h5", extraParams={"time_expire": moment}, timeoutExpress=None)
    side.create("qr", outTradeNo="the_code", timeoutExpress=None)
    merchant.simulator.platform.open(side.account.find("the_code"), None)
    told = [side.query(outTradeNo="the_code").json["data"]["tradeStatus"]]
    side.pay()
    told.append(side.query().json["data"]["tradeStatus"])
    for number, ends in (("R1", "SUCCESS"), ("R2", "ABNORMAL"), ("R3", "CLOSED"), ("R4", "PROCESSING")):
        if ends != "SUCCESS":
            merchant.simulator.faults.add(Fault(operation="refund", action="refund_ends", value=ends))
        side.refund(100, number)
        merchant.simulator.clock.advance(timedelta(minutes=5))
        told.append(side.query_refund(number).json["data"]["refundStatus"])
    side.query(outTradeNo="nobodys")
    side.query_refund("none")
    side.send(CREATE, {**side.signed(paymentMethod="alipay"), "outTradeNo": "unsigned"})
    return told
