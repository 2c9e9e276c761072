"""Builds Alipay's async notify: a form whose members are signed by name (facts alipay 3.1 to 3.3).

    callback = build(issuer, resource)

`resource` is what the gateway tells of an order: the members that are the same in each delivery, whichever
event it is. A notify has a number for the event, a time and a signature for the delivery.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.callbacks.alipay.form_body import CHARSET, encoded, letter, members_of
from harness.callbacks.callback import Callback, Issuer
from harness.core.clock import BEIJING, wire_now
from harness.core.errors import HarnessError
from harness.core.money import Fen
from harness.signing.alipay import RSA2, SIGN, SIGN_TYPE, sign_notify

NOTIFY_ID = "notify_id"
NOTIFY_TIME = "notify_time"
_EVENT = {"notify_type": "trade_status_sync", "version": "1.0", CHARSET: "utf-8"}


def payment_members(
    *,
    app_id: str,
    seller_id: str,
    out_trade_no: str,
    trade_no: str,
    total: Fen,
    buyer_id: str,
    subject: str,
    created: datetime,
    paid: datetime,
) -> dict[str, str]:
    """What a gateway tells of a paid order, members as in published bodies (facts alipay 3.2)."""
    amount = total.yuan
    return {
        "app_id": app_id,
        "auth_app_id": app_id,
        "trade_no": trade_no,
        "out_trade_no": out_trade_no,
        "trade_status": "TRADE_SUCCESS",
        "total_amount": amount,
        "receipt_amount": amount,
        "invoice_amount": amount,
        "buyer_pay_amount": amount,
        "point_amount": "0.00",
        "fund_bill_list": f'[{{"amount":"{amount}","fundChannel":"ALIPAYACCOUNT"}}]',
        "gmt_create": beijing(created),
        "gmt_payment": beijing(paid),
        "subject": subject,
        "buyer_id": buyer_id,
        "seller_id": seller_id,
    }


def refund_members(
    trade: Mapping[str, object],
    *,
    total: Fen,
    until_then: Fen,
    out_biz_no: str,
    at: datetime,
    paid: datetime | None,
) -> dict[str, object]:
    """What a gateway tells when something of a trade was given back (facts alipay 3.2, 3.5).

    Args:
        trade: what every notify of that trade has.
        until_then: what was given back of it in all, this refund with it.
        out_biz_no: the number of this refund.
    """
    whole = until_then == total
    told = dict(trade) | {
        "trade_status": "TRADE_CLOSED" if whole else "TRADE_SUCCESS",
        "refund_fee": until_then.yuan,
        "send_back_fee": until_then.yuan,
        "gmt_refund": f"{beijing(at)}.{at.microsecond // 1000:03d}",
        "out_biz_no": out_biz_no,
    }
    if paid is not None:
        told["gmt_payment"] = beijing(paid)
    if whole:
        told["gmt_close"] = beijing(at)
    return told


def beijing(moment: datetime) -> str:
    """A moment as Alipay writes it: `yyyy-MM-dd HH:mm:ss`, its own zone, and none named."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def new_notify_id(buyer_id: str) -> str:
    """34 digits: day, a mark, time of day, four digits of the buyer's number, ten more (facts alipay 0.2)."""
    now = wire_now().astimezone(BEIJING)
    buyer = buyer_id[11:15] if len(buyer_id) == 16 and buyer_id.isdecimal() else "0000"
    return f"{now:%Y%m%d}00222{now:%H%M%S}0{buyer}{secrets.randbelow(10**10):010d}"


def compose(issuer: Issuer, resource: Mapping[str, object], *, event_type: str = "") -> bytes:
    """What every delivery of a notification has in common, its number too: a re-send keeps it.

    Args:
        event_type: means nothing here: the members say themselves whether they tell of a refund.
    """
    del issuer, event_type
    # Empty members are never sent: what they mean to a signature, helpers disagree (facts alipay 3.3).
    told = {name: str(value) for name, value in resource.items() if value not in ("", None)}
    event = {**_EVENT, NOTIFY_ID: new_notify_id(told.get("buyer_id", "")), **told}
    return encoded(event, event[CHARSET])


def signed(issuer: Issuer, body: bytes, *, at: datetime | None = None) -> Callback:
    """One delivery of a composed body: time and signature are fresh each time, the order of members is not.

    Args:
        at: when it is sent; None: now.
    """
    return told(issuer, {**members_of(body), NOTIFY_TIME: beijing(at or wire_now())})


def signed_before(issuer: Issuer, body: bytes, seconds: int) -> Callback:
    """A body as it was delivered so many seconds ago."""
    return signed(issuer, body, at=wire_now() - timedelta(seconds=seconds))


def told(issuer: Issuer, members: Mapping[str, str]) -> Callback:
    """These members truly signed, in an order that says nothing (facts alipay 3.1)."""
    charset = members.get(CHARSET, "utf-8")
    sign = sign_notify(alipay_key(issuer), members, charset=charset)
    every = {**members, SIGN_TYPE: RSA2, SIGN: sign}
    return letter({name: every[name] for name in _mixed(every)}, charset)


def build(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    """A genuine notify, signed now."""
    return signed(issuer, compose(issuer, resource))


def alipay_key(issuer: Issuer) -> RSAPrivateKey:
    """The key that signs notifies.

    Raises:
        HarnessError: this issuer has none.
    """
    if issuer.alipay_private_key is None:
        raise HarnessError("nobody here holds the key that Alipay signs notifies with", where="alipay")
    return issuer.alipay_private_key


def _mixed(members: Mapping[str, str]) -> list[str]:
    """The names in an order that is each notification's own."""
    number = members.get(NOTIFY_ID, "")
    return sorted(members, key=lambda name: sha256(f"{number}{name}".encode()).digest())
