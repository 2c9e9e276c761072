"""What the levers say and hear. Frozen records; amounts in fen, moments aware.

`at` and `sent` are wire time, `due` and `success_time` business time (see `harness.core.clock`).
"""

from __future__ import annotations

import json
import shlex
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from harness.core.control import Model, Text
from harness.core.dialects import all_dialects
from harness.core.did_you_mean import did_you_mean
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.levers import actions
from harness.levers.actions import why_not
from harness.levers.matching import contradiction, default_clock

LEVERS = "/_golive"
"""Where a simulator serves them."""
MERCHANT_HEADER = "Golive-Merchant"
"""Names the account by its mchid; without it the first one is meant."""

FaultOperation = Literal[
    "create",
    "query",
    "close",
    "refund",
    "refund-query",
    "abnormal-refund",
    "bill",
    "bill-download",
    "certificates",
    "echo",
    "notify",
    "refund-notify",
    "pay",
    "any",
]
CALLBACKS = actions.CALLBACKS
CertificateKind = Literal["trusted", "unknown-authority", "other-host", "expired"]
KeyModeName = Literal["certificate", "switching", "public-key"]
"""By which of its credentials the platform is known to an account."""
SignatureKind = Literal["genuine", "probe", "wrong", "stale", "unknown-serial", "none", "lost"]
FaultClock = Literal["wire", "business"]
"""On which of the two clocks a window of time is (`harness.core.clock`)."""


def _spoken(dialect: str) -> str:
    known = [each.id for each in all_dialects()]
    if dialect not in known:
        raise ValueError(f"there is no dialect {dialect}: {did_you_mean(dialect, known)}")
    return dialect


class Fault(Model):
    """One switch of the fault book: what goes wrong, for which requests, how often (facts 12)."""

    operation: FaultOperation
    """`any` is every request a merchant sends; callbacks (`CALLBACKS`) and a payer's attempt to pay are named
    on their own."""
    action: str
    """One of `harness.levers.actions`, where it says what comes of it."""
    out_trade_no: str | None = None
    """Only requests about this order; None: about any."""
    dialect: Annotated[str, AfterValidator(_spoken)] | None = None
    """Only requests on this wire, for `notify` only callbacks in its form; None: on any."""
    provider: Provider | None = None
    """Only requests on a wire of this provider; None: of any."""
    account: str | None = Field(default=None, min_length=1)
    """Only requests of the merchant that either platform calls so: its mchid or seller_id; None: of any."""
    amount: Fen | None = Field(default=None, gt=0)
    """Only what is about an order of this amount; None: of any. A create is not: its order is not there."""
    nth: int = Field(default=1, ge=1)
    """The first matching request it hits, counted from one since the fault was added."""
    every: int = Field(default=1, ge=1)
    """From there only every so-many-th matching request is due."""
    probability: float | None = Field(default=None, gt=0, le=1)
    """The chance of each that is due; None: certain. The same rule and seed hit the same ones each time."""
    seed: int = 0
    times: Annotated[int, Field(ge=1)] | Literal["always"] = 1
    """How many that are due it hits; `always`: without end."""
    after_s: float = Field(default=0, ge=0, allow_inf_nan=False)
    """Its window opens so many seconds after the first matching request."""
    for_s: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """How long the window is open; None: from then on. What comes outside of it is not counted."""
    clock: FaultClock | None = None
    """On which clock the window is; None: business time for callbacks and payments, wire time else."""
    value: str | int | float | None = None
    """HTTP status, seconds, a state's or a refund's text, as the action demands."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if problem := why_not(self.action, self.operation, self.value) or contradiction(self):
            raise ValueError(problem)
        return self

    def __str__(self) -> str:
        """As a command line takes it; what is as by default is left away."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        first: dict[str, object] = {
            name: said.pop(name) for name in ("operation", "action", "value") if name in said
        }
        return " ".join(f"{name}={_word(value)}" for name, value in {**first, **said}.items())

    @property
    def on_business_time(self) -> bool:
        """Whether its window is."""
        return (self.clock or default_clock(self.operation)) == "business"


def _word(value: object) -> str:
    return shlex.quote(value) if isinstance(value, str) else json.dumps(value)


class BillChange(Model):
    """How the trade bills that are applied for from now on differ from what happened; empty: not at all."""

    lacks: frozenset[str] = frozenset()
    """Numbers of payments (out_trade_no) and of refunds (out_refund_no) that have no row."""
    adds: dict[str, Fen] = Field(default_factory=dict)
    """Rows of payments that nobody made: fen by out_trade_no."""
    amounts: dict[str, Fen] = Field(default_factory=dict)
    """Fen that the row of a payment or a refund tells in place of its amount, by its number."""
    columns_moved: bool = False
    """Whether the columns stand the other way round, with one before them that nobody knows."""
    wrong_hash: bool = False
    """Whether another hash is announced than the file's; Alipay announces none."""
    creating: bool = False
    """Whether an application is told that the bill is still being made."""


class BillRequest(Model):
    """An application for a trade bill."""

    at: datetime
    """Business time, UTC."""
    day: date
    """Of the bill, Beijing."""
    refused: str
    """Why there was none: `bill-day` `bill-creating`, of WeChat's `no-bill`; empty: a link was handed out."""


class MetFault(Model):
    """A request that a fault hit, whatever became of it: of many the platform keeps nothing else."""

    at: datetime
    """Wire time, UTC."""
    operation: str
    action: str
    out_trade_no: str | None
    """The order it was about; None when it was about none."""
    dialect: str | None
    """The wire it came on."""
    rule: str = ""
    """Where the fault comes from, and what it says."""


class RuleInForce(Model):
    """A fault that is or was switched on, and by whom."""

    source: str
    """The outage, the file or the option it comes from; `levers`: whoever holds the token."""
    rule: Fault
    stands: bool = False
    """Whether it is a rule of somebody's own, under which no run is a rehearsal; not what scenarios add."""
    since: datetime
    """Wire time, UTC."""
    until: datetime | None = None
    """Wire time at which it was taken away; None: it is in force."""

    def __str__(self) -> str:
        return f"{self.source}: {self.rule}"


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


class MerchantCertificate(Model):
    """One API certificate of a merchant account, as the portal hands it out."""

    serial: str
    """40 upper-case hex."""
    revoked: bool
    key_pem: str = Field(repr=False)
    """`apiclient_key.pem`"""
    certificate_pem: str
    """`apiclient_cert.pem`"""


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


class LedgerEntry(Model):
    """One booking: `amount` leaves `debit`'s side and arrives at `credit`'s."""

    at: datetime
    """Business time, UTC."""
    debit: str
    """Account the money comes from: its balance falls."""
    credit: str
    """Account the money goes to: its balance rises."""
    amount: Fen
    out_trade_no: str
    reason: str
    out_refund_no: str = ""
    """Of what concerns one refund on the merchant account; otherwise empty."""


class Ledger(Model):
    """The double-entry book. The sum of all balances is zero, always."""

    entries: tuple[LedgerEntry, ...]
    balances: dict[str, Fen]
    paid: dict[str, Fen]
    """Per out_trade_no of a paid order: what arrived for the merchant account that was asked for."""
    refunded: dict[str, Fen] = Field(default_factory=dict)
    """Per out_trade_no: what has gone back of it; a refund that is under way or stuck has not."""


class Door(Model):
    """The platform over https. What is counted is counted since the certificate was last exchanged."""

    url: str
    ca_pem: str
    """The authority that is to be believed."""
    certificate: CertificateKind
    """What whoever comes is shown."""
    connections: int
    """How many were begun."""
    spoken: int
    """Over how many of them something was sent: whoever did has believed the certificate."""


class PlatformKeys(Model):
    """What a forger in a test needs of this simulated platform. Exists for simulators only."""

    apiv3_key: str = Field(repr=False)
    serial: str
    """Serial of the platform certificate, 40 upper-case hex."""
    private_key_pem: str = Field(repr=False)
    """Private key of the platform certificate."""
    public_key_id: str
    """`PUB_KEY_ID_…`"""
    public_key_private_pem: str = Field(repr=False)
    """Private half of the WeChat Pay public key."""
    callbacks_by: str
    """Which of the two signs callbacks: its serial or id."""
    mchid: str
    appid: str
    merchant_public_key_pem: str
    """Public half of the merchant's API certificate: what a payer's WeChat verifies `paySign` with."""
    mcp_platform_private_key_pem: str = Field(repr=False)
    """Signs the envelope dialect's answers and notifications."""
    mcp_merchant_id: str
    """The merchant on the MCP endpoint."""
    alipay_platform_private_key_pem: str = Field(default="", repr=False)
    """Signs Alipay's answers and notifies; empty where the merchant has no application there."""
    alipay_app_private_key_pem: str = Field(default="", repr=False)
    """应用私钥 of the merchant's application: signs its requests, and nothing that Alipay says."""

    @property
    def callback_key_pem(self) -> str:
        """The private key that signs callbacks."""
        certified = self.callbacks_by == self.serial
        return self.private_key_pem if certified else self.public_key_private_pem
