"""What the platform knows of orders: how they were made, paid and given back, and who was told."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from harness.core.control import Model, Text
from harness.core.money import Fen

SignatureKind = Literal["genuine", "probe", "wrong", "stale", "unknown-serial", "none", "lost"]


class Creation(Model):
    """An order that the platform took, or took again: the same number may come more than once."""

    at: datetime
    """Wire time, UTC."""
    out_trade_no: str
    product: str
    """`jsapi` `native` `h5` `app` `page`."""
    notify_url: str
    signed_by: str = ""
    """The serial of the merchant certificate that signed the request; empty: its wire knows none."""


class Payment(Model):
    """What became of one attempt to pay."""

    out_trade_no: str
    transaction_id: str | None
    """None unless money was taken."""
    trade_state: str
    total: Fen
    """The order's amount."""
    payer_total: Fen
    """What the payer's own purse gave: total minus coupon; 0 unless money was taken."""
    success_time: datetime | None
    """Business time of the payment; None unless money was taken."""


class AuditEvent(Model):
    """One thing that happened to an order."""

    at: datetime
    """Wire time, UTC."""
    kind: str
    """`created` `reordered` `opened` `refused` `queried` `closed` `expired` `paid` `pay-cancelled`
    `pay-failed` `notify-attempt` `refund-accepted` `refund-again` `refund-refused` `refund-queried`
    `refund-ended` `refund-redirected` `refund-card` `refund-notify-attempt` `signature-refused`. The last
    says why (`cause`, and in words `zh` and `en`) and what was answered. `refund-card` says in what state a
    payer's card came (`card`: `sealed`, `plain`, `unopened` by the key that is named, `unnamed`).
    `created` and `reordered` name in their detail the wire (`dialect`) and the request (`request_id`) that
    brought the order. Whatever a request on a wire with merchant certificates did names the serial of the one
    that signed it (`signed_by`)."""
    detail: dict[str, str] = Field(default_factory=dict)


class RefusedSignature(Model):
    """A request that was refused for its signature, and why."""

    at: datetime
    """Wire time, UTC."""
    dialect: str
    """The wire it came on."""
    method: str
    target: str
    """Path and query, as they were written."""
    answered: str
    """What the platform answered, in its own words."""
    out_trade_no: str | None
    """The order that it says it is about; None: none."""
    state: str
    """`named`: the cause is proven. `unknown`: no single known mistake explains it. `holds`."""
    cause: str | None
    """The mistake's name; None unless `state` is `named`."""
    sentence: Text
    """The cause and what mends it."""
    certain: tuple[Text, ...]
    """What is proven besides."""
    expected: str
    """The exact string to sign."""
    signed: str | None
    """The string that was signed, where it is known."""


class Delivery(Model):
    """One attempt to deliver a callback."""

    attempt: int
    """From one."""
    due: datetime
    """Business time at which the ladder wanted it."""
    sent: datetime
    """Wire time at which it was sent, UTC."""
    status: int | None
    """HTTP status the merchant answered; None when nothing came."""
    duration_s: float
    accepted: bool
    """Whether the platform counts it as delivered: 200 or 204 within 5 s."""
    error: str | None
    """Why no answer came."""
    signature_kind: SignatureKind
    fault: str = ""
    """The action of the fault that hit it; empty: none did."""


class RefundAudit(Model):
    """Everything the platform knows of one refund; amounts in fen, moments on business time."""

    out_refund_no: str
    refund_id: str
    status: str
    """`PROCESSING` `SUCCESS` `CLOSED` `ABNORMAL`."""
    refund: Fen
    """What the merchant gives back."""
    payer_refund: Fen
    """What of it the payer's purse gets: the rest was a coupon's."""
    reason: str = ""
    notify_url: str = ""
    channel: str
    user_received_account: str
    accepted: datetime
    success_time: datetime | None
    times_asked: int
    """How often the merchant asked for it; the platform gives back once."""
    deliveries: tuple[Delivery, ...]
    """Every attempt to tell the merchant how it ended."""


class OrderAudit(Model):
    """Everything the platform knows of one order."""

    out_trade_no: str
    product: str
    """`jsapi` `native` `h5` `app` `page`."""
    trade_state: str
    total: Fen
    openid: str = ""
    """Of the payer, where the order names one."""
    code_url: str | None
    prepay_id: str | None
    h5_url: str | None
    notify_url: str
    dialect: str
    """The wire that placed the order last: `mcp` `envelope` `apiv3` `alipay`; empty: no mark is kept."""
    time_expire: datetime | None
    """When the merchant wanted the order to end; None when it named no moment."""
    events: tuple[AuditEvent, ...]
    deliveries: tuple[Delivery, ...]
    """Of its payment; a refund has its own."""
    refunds: tuple[RefundAudit, ...] = ()
    """Those that were accepted, oldest first."""
