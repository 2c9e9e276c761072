"""What a merchant of WeChat's lives through: every state of orders and refunds, on each of its wires."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA1

from harness.core.clock import BEIJING
from harness.core.payment import Product, RefundStatus
from harness.levers.models import Fault
from tests.simulator.bill_side import apply, fetch
from tests.simulator.envelope_side import ENDPOINT, HEALTH, EnvelopeSide
from tests.simulator.merchant_side import NOTIFY_URL, NUMBER, REFUND, REFUNDS, TRANSACTIONS, MerchantSide

PADDING = OAEP(mgf=MGF1(SHA1()), algorithm=SHA1(), label=None)  # noqa: S303


def _later(merchant: MerchantSide, **by: float) -> None:
    merchant.simulator.clock.advance(timedelta(**by))


def orders(merchant: MerchantSide) -> list[str]:
    """Each product, unpaid, paid plainly, paid with everything that an order can have, closed, refused."""
    for product in (Product.NATIVE, Product.JSAPI, Product.H5, Product.APP):
        merchant.create(product, out_trade_no=f"the-{product.value}")
    merchant.create(
        attach="桌7", scene_info={"payer_client_ip": "203.0.113.7", "device_id": "013467007045764"}
    )
    told = [merchant.query().json["trade_state"]]
    merchant.pay(coupon=500)
    told.append(merchant.query().json["trade_state"])
    merchant.pay("the-jsapi")
    plain = merchant.query("the-jsapi").json
    told.append(plain["trade_state"])
    merchant.send("GET", f"{TRANSACTIONS}/id/{plain['transaction_id']}?mchid={merchant.signer.mchid}")
    merchant.refund(out_trade_no="the-jsapi")
    told.append(merchant.query("the-jsapi").json["trade_state"])
    merchant.close("the-h5")
    told.append(merchant.query("the-h5").json["trade_state"])
    merchant.create(out_trade_no="x")
    merchant.create(nobody_knows=1)
    merchant.close("nobodys-1")
    merchant.query("nobodys-1")
    return told


def refunds(merchant: MerchantSide) -> list[str]:
    """In part, of a coupon, of named sources; under way, done, failed, abnormal and led elsewhere."""
    merchant.create()
    merchant.pay(coupon=500)
    sources = [{"account": "AVAILABLE", "amount": 400}, {"account": "UNAVAILABLE", "amount": 600}]
    goods = [{"merchant_goods_id": "A", "unit_price": 1000, "refund_amount": 1000, "refund_quantity": 1}]
    amount = {"refund": 1000, "total": 1990, "currency": "CNY", "from": sources}
    told = [merchant.refund(amount=amount, goods_detail=goods).json["status"]]
    _later(merchant, minutes=5)
    told.append(merchant.query_refund().json["status"])
    for number, ends in (("the-failed", RefundStatus.CLOSED), ("the-abnormal", RefundStatus.ABNORMAL)):
        merchant.create(out_trade_no=number)
        merchant.pay(number, coupon=500)
        merchant.refund(f"{number}-r", out_trade_no=number)
        merchant.account.refunds.end(f"{number}-r", ends)
        told.append(merchant.query_refund(f"{number}-r").json["status"])
    path = f"{REFUNDS}/{merchant.query_refund('the-abnormal-r').json['refund_id']}/apply-abnormal-refund"
    merchant.post(path, {"out_refund_no": "the-abnormal-r", "type": "USER_BANK_CARD"})
    key = merchant.identity.public_key_private.public_key()
    sealed = {
        name: base64.b64encode(key.encrypt(b"1", PADDING)).decode() for name in ("bank_account", "real_name")
    }
    card = {"out_refund_no": "the-abnormal-r", "type": "USER_BANK_CARD", "bank_type": "ICBC_DEBIT", **sealed}
    told.append(merchant.post(path, card).json["status"])
    _later(merchant, minutes=5)
    told.append(merchant.query_refund("the-abnormal-r").json["channel"])
    merchant.refund("the-none", out_trade_no="nobodys-1")
    merchant.query_refund("the-none")
    return told


def bills(merchant: MerchantSide) -> list[str]:
    """Both kinds, as text and packed, by both links; too early; and a link that is none."""
    merchant.create()
    merchant.pay()
    day = merchant.simulator.clock.now().astimezone(BEIJING)
    of_day = {"bill_date": f"{day:%Y-%m-%d}"}
    apply(merchant, **of_day)
    _later(merchant, days=2)
    kinds = []
    for applied in (
        apply(merchant, **of_day),
        apply(merchant, tar_type="GZIP", **of_day),
        apply(merchant, "fundflowbill", **of_day),
    ):
        kinds.append(str(fetch(merchant, applied).header("content-type")))
    link = applied.json["download_url"].partition("?")[2]
    merchant.send("GET", f"/v3/bill/downloadurl?{link}")
    merchant.send("GET", "/v3/billdownload/file?token=none")
    return kinds


def credentials(merchant: MerchantSide) -> list[str]:
    """Certificates, and the self-test, plain and sealed."""
    merchant.send("GET", "/v3/certificates")
    merchant.send("GET", "/v3/certificates?algorithm_type=SM2")
    echo, key = "/v3/security/echo", merchant.identity.public_key_private.public_key()
    sealed = base64.b64encode(key.encrypt("秘密".encode(), PADDING)).decode()
    merchant.post(echo, {"echo_message": "x"})
    told = merchant.post(echo, {"echo_message": "x", "encrypted_echo_message": sealed})
    merchant.post(echo, {"echo_message": "x", "encrypted_echo_message": "none"})
    return [str(told.status)]


def wrong_signatures(merchant: MerchantSide) -> list[str]:
    """Requests that are signed over something else: what every refusal of a signature says."""
    target = f"{TRANSACTIONS}/out-trade-no/{NUMBER}?mchid={merchant.signer.mchid}"
    other = merchant.signer.authorization("GET", f"{target}&x", b"")
    told = merchant.send("GET", target, b"", merchant.headers("GET", target, b"", authorization=other))
    envelope = EnvelopeSide(merchant)
    message = {**envelope.signed(outTradeNo=NUMBER, paymentMethod="wechat"), "outTradeNo": "another"}
    in_envelope = envelope.send(f"{ENDPOINT}/wechat/payment/query", message)
    return [*told.json["detail"], *in_envelope.json.get("detail", ())]


def envelope_orders(merchant: MerchantSide) -> list[str]:
    """The envelope's: each type, unpaid, paid, with what an order can have, closed, refused."""
    envelope = EnvelopeSide(merchant)
    envelope.send(f"{ENDPOINT}/health", b"", method="HEAD")
    envelope.send(HEALTH, envelope.signed())
    end = merchant.simulator.clock.now() + timedelta(hours=1)
    more = {"attach": "桌7", "time_expire": end.isoformat(timespec="seconds")}
    for kind in ("qr", "h5", "jsapi", "app"):
        envelope.create(kind, outTradeNo=f"the-{kind}", extraParams=more if kind == "qr" else None)
    told = [envelope.query(outTradeNo="the-h5").json["data"]["tradeState"]]
    for number in ("the-qr", "the-jsapi"):
        merchant.pay(number)
        told.append(envelope.query(outTradeNo=number).json["data"]["tradeState"])
    merchant.close("the-h5")
    told.append(envelope.query(outTradeNo="the-h5").json["data"]["tradeState"])
    envelope.create("none")
    envelope.query(outTradeNo="nobodys-1")
    return told


def envelope_refunds(merchant: MerchantSide) -> list[str]:
    """Under way, done, in part, failed, abnormal, refused."""
    envelope = EnvelopeSide(merchant)
    path, told = f"{ENDPOINT}/wechat/payment/refund", []

    def query(number: str) -> dict[str, Any]:
        signed = envelope.signed(outRefundNo=number, paymentMethod="wechat")
        data: dict[str, Any] = envelope.send(f"{path}/query", signed).json.get("data", {})
        return data

    for ends in ("SUCCESS", "PROCESSING", "CLOSED", "ABNORMAL"):
        number = f"the-{ends}"
        envelope.create(outTradeNo=number)
        merchant.pay(number)
        if ends != "SUCCESS":
            merchant.simulator.faults.add(Fault(operation="refund", action="refund_ends", value=ends))
        asked = {"outTradeNo": number, "outRefundNo": f"{REFUND}-{ends}", "refundAmount": 100}
        envelope.send(path, envelope.signed(**asked, paymentMethod="wechat"))
        _later(merchant, minutes=5)
        told.append(query(f"{REFUND}-{ends}")["refundStatus"])
    query("the-none")
    envelope.send(path, envelope.signed(outTradeNo=NUMBER, notifyUrl=NOTIFY_URL))
    return told
