"""The places where a shop can go wrong, each with the right way as its default.

The shop asks its practices at exactly these points; everything else is plain code. A deliberate defect
(`defects/`) replaces one of them, so what a defect changes can be read off in one line.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.core.bill import TradeBill
from harness.core.control import Text
from harness.core.exchange import Listener
from harness.core.money import Fen
from harness.core.payment import JsapiParameters, Prepared, Refund, RefundStatus, TradeState, Transaction
from harness.core.redelivery import SUCCESS
from harness.core.trust import public_roots
from harness.gateways.alipay.gateway import AlipayGateway
from harness.gateways.alipay.gateway import open_gateway as open_alipay
from harness.gateways.apiv3.gateway import open_gateway as apiv3_gateway
from harness.gateways.apiv3.mapping import refund as refund_members_of
from harness.gateways.choose import build_gateway
from harness.gateways.guard import Unguarded
from harness.gateways.protocol import BillGateway, PaymentGateway, RedirectingGateway
from harness.gateways.service_status import ServiceStatus
from harness.settings.model import AlipaySettings, Settings, WeChatSettings
from harness.shop.alipay_form import (
    alipay_public_key,
    check_account,
    read_form,
    tells_payment,
    tells_refund,
    verify_notify,
)
from harness.shop.comparison import alipay_difference, difference
from harness.shop.counting import COUNTING, Counting
from harness.shop.crediting import Credit, credit_once
from harness.shop.invocation import bridge_parameters, for_bridge, for_mini_program
from harness.shop.logs import masked
from harness.shop.order_book import FindOrMake, OrderBook
from harness.shop.order_record import OrderRecord, OrderStatus
from harness.shop.payment_choices import PaymentChoices, choices_for
from harness.shop.reconciliation.comparison import DayBooks, differences
from harness.shop.reconciliation.record import Difference, ready_at
from harness.shop.refunds.book import Judge
from harness.shop.refunds.record import RefundRecord
from harness.shop.refunds.rules import within_the_rules
from harness.shop.renewable import Renewable
from harness.shop.store import Store
from harness.signing import envelope
from harness.signing.alipay import NotifyVerifier
from harness.signing.wechat_v3 import Verifier, decrypt_resource

Headers = Sequence[tuple[str, str]]

LIFETIME = timedelta(hours=12)
"""How long an order may be paid: longer than a code's two hours, so that a fresh code can be had."""

ORDERS_A_MINUTE = 20
"""More than anybody buys, and few enough that nobody uses up what the platform takes of all shoppers."""

REFERRER_POLICY = "strict-origin-when-cross-origin"
"""The H5 cashier refuses a shopper who comes without a Referer (facts 7.5)."""

_STATUS = {
    TradeState.SUCCESS: OrderStatus.PAID,
    TradeState.REFUND: OrderStatus.REFUNDED,
    TradeState.NOTPAY: OrderStatus.PENDING,
    TradeState.USERPAYING: OrderStatus.PENDING,
    TradeState.CLOSED: OrderStatus.CANCELLED,
    TradeState.REVOKED: OrderStatus.CANCELLED,
    TradeState.PAYERROR: OrderStatus.FAILED,
}


Now = Callable[[], float]
"""A clock in seconds: the shop's business clock, so that a wait ends when a test lets time pass."""


def gateway(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Over MCP first and the classic API behind it, or the classic API alone, as the settings say."""
    guard = Unguarded()
    guard.verify = public_roots(environment=True)  # and of SSL_CERT_FILE, as any program
    return build_gateway(settings, listeners=listeners, now=now, guard=guard)


def refund_gateway(settings: Settings, listeners: Sequence[Listener]) -> RedirectingGateway:
    """Refunds go over the classic API, which alone has them."""
    guard = Unguarded()
    guard.verify = public_roots(environment=True)
    return apiv3_gateway(settings, listeners=listeners, guard=guard)


def alipay_gateway(settings: Settings, listeners: Sequence[Listener]) -> AlipayGateway:
    """Alipay's own API: for refunds, and for orders where no MCP endpoint of it is in front."""
    guard = Unguarded()
    guard.verify = public_roots(environment=True)
    return open_alipay(settings, listeners=listeners, guard=guard)


def alipay_refund_answered(told: Refund) -> Refund:
    """What Alipay's answer to a refund is taken for: what it says of money moved (facts alipay 2.8)."""
    return told


def bill_gateway(settings: Settings, listeners: Sequence[Listener]) -> BillGateway:
    """Bills are fetched over the classic API, which alone has them."""
    guard = Unguarded()
    guard.verify = public_roots(environment=True)
    return apiv3_gateway(settings, listeners=listeners, guard=guard)


def refund_accepted(told: Refund) -> Refund:
    """What an answer to a request for a refund is taken for: accepted, whatever it says (facts 3.7)."""
    return replace(told, status=RefundStatus.PROCESSING)


def refund_number(record: RefundRecord) -> str:
    """The number that a refund is asked for under, however often."""
    return record.out_refund_no


def refund_shown(record: RefundRecord) -> Fen:
    """What its payer is told to get back: less than the refund where a coupon paid a part (facts C53)."""
    return record.comes_back


def refund_of_notice(members: Mapping[str, object]) -> Refund:
    """The refund of a callback, whose status has a name of its own (facts 5.4)."""
    return refund_members_of(members, status="refund_status")


def service_status(gateway: PaymentGateway) -> ServiceStatus:
    """What the endpoint itself says of its services."""
    return gateway.status()


def status_of(transaction: Transaction) -> OrderStatus:
    """What a trade state means to a shopper; one we do not know is said to be unknown, never pending."""
    return OrderStatus.UNKNOWN if transaction.state is None else _STATUS[transaction.state]


def verify(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """Believe a callback only when its signature holds; raises SignatureInvalid."""
    verifier.verify(headers, body)


def verify_envelope(verifier: envelope.Verifier, notice: Mapping[str, object]) -> None:
    """Believe an envelope's notify only when it is signed, in time, and the signature holds."""
    verifier.verify(notice)


def heard(notice: Mapping[str, object], told: Transaction) -> Transaction:
    """The payment of a callback: what was sealed or signed, and nothing that stands beside it."""
    del notice
    return told


def draw(code_url: str) -> str:
    """What the QR picture encodes: the platform's code, unchanged (facts 7.4)."""
    return code_url


def book(total: Fen) -> Fen:
    """What the books say came in for an order of `total`."""
    return total


def inbox_store(store: Store) -> Store:
    """Where believed callbacks wait to be booked: with everything else, so that they outlive the process."""
    return store


def acknowledges_unverified(headers: Headers) -> bool:
    """Whether a callback that failed verification gets a success all the same: never (facts 2.7)."""
    del headers
    return False


def expire_at(created: datetime) -> datetime:
    """When an order made now ends, in whole seconds."""
    return (created + LIFETIME).replace(microsecond=0)


def time_expire(record: OrderRecord, now: datetime) -> datetime | None:
    """What the platform is told: the end that was fixed when the number was made (facts 3.3)."""
    del now
    return record.time_expire


def said_unverified(settings: Settings) -> str:
    """What a callback that is not believed is answered."""
    del settings
    return "签名验证失败"


def agrees_to(context: ssl.SSLContext) -> None:
    """What is agreed with clients over https: TLS 1.2 and newer, and suites with forward secrecy."""
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")


def told_to_page(settings: Settings) -> str:
    """What the payment page's scripts are told of the settings: nothing."""
    del settings
    return ""


def alert_rules() -> str:
    """As a Prometheus loads them."""
    return (Path(__file__).parent / "alerts.yml").read_text("utf-8")


def nothing_noted(settings: Settings) -> str:
    """What of the settings is written into the log beside each order: nothing."""
    del settings
    return ""


def served_beside(settings: Settings) -> Mapping[str, str]:
    """Files that the shop serves beside its pages, by path: none."""
    del settings
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Practices:
    """How this shop does the things that shops get wrong."""

    gateway: Callable[[Settings, Sequence[Listener], Now], PaymentGateway] = gateway
    take_key: Callable[[Renewable, Settings], None] = Renewable.renew
    """How the shop goes over to another key of its own, while shoppers order."""
    refund_gateway: Callable[[Settings, Sequence[Listener]], RedirectingGateway] = refund_gateway
    refund_rules: Judge = within_the_rules
    refund_accepted: Callable[[Refund], Refund] = refund_accepted
    alipay_gateway: Callable[[Settings, Sequence[Listener]], AlipayGateway] = alipay_gateway
    alipay_refund_answered: Callable[[Refund], Refund] = alipay_refund_answered
    refund_number: Callable[[RefundRecord], str] = refund_number
    refund_of_notice: Callable[[Mapping[str, object]], Refund] = refund_of_notice
    refund_shown: Callable[[RefundRecord], Fen] = refund_shown
    refund_state_is_whole: bool = False
    """Whether an order in the state REFUND is taken for one that has gone back whole."""
    books_unasked_refunds: bool = True
    """Whether a refund is booked that the platform made and nobody here asked for."""
    queries_refunds: bool = True
    """Whether the platform is asked what became of a refund."""
    bill_gateway: Callable[[Settings, Sequence[Listener]], BillGateway] = bill_gateway
    alipay_bill_gateway: Callable[[Settings, Sequence[Listener]], BillGateway] = alipay_gateway
    bill_ready: Callable[[date], datetime] = ready_at
    """From when on the bill of a day is asked for."""
    no_bill_codes: frozenset[str] = frozenset({"NO_STATEMENT_EXIST"})
    """What is answered for a day without trade; anything else says to ask again."""
    alipay_no_bill_codes: frozenset[str] = frozenset()
    """The same of Alipay, whose day without trade has an empty bill."""
    bill_differences: Callable[[TradeBill, DayBooks], list[Difference]] = differences
    service_status: Callable[[PaymentGateway], ServiceStatus] = service_status
    choices_for: Callable[[str], PaymentChoices] = choices_for
    fen_from_yuan: Callable[[str], Fen] = Fen.from_yuan
    draw: Callable[[str], str] = draw
    bridge_parameters: Callable[[WeChatSettings, Prepared], JsapiParameters] = bridge_parameters
    for_bridge: Callable[[JsapiParameters], dict[str, str]] = for_bridge
    for_mini_program: Callable[[JsapiParameters], dict[str, str]] = for_mini_program
    sells_to_mini_programs: bool = True
    status_of: Callable[[Transaction], OrderStatus] = status_of
    verify: Callable[[Verifier, Headers, bytes], None] = verify
    verify_envelope: Callable[[envelope.Verifier, Mapping[str, object]], None] = verify_envelope
    alipay_key: Callable[[AlipaySettings], RSAPublicKey] = alipay_public_key
    read_alipay: Callable[[bytes], dict[str, str]] = read_form
    verify_alipay: Callable[[NotifyVerifier, Mapping[str, str]], None] = verify_notify
    check_alipay_account: Callable[[AlipaySettings, Mapping[str, str]], None] = check_account
    alipay_tells_payment: Callable[[Mapping[str, str]], bool] = tells_payment
    alipay_tells_refund: Callable[[Mapping[str, str]], bool] = tells_refund
    alipay_success: bytes = SUCCESS
    """What ends Alipay's re-sends: these seven bytes and no other."""
    acknowledges_unverified: Callable[[Headers], bool] = acknowledges_unverified
    said_unverified: Callable[[Settings], str] = said_unverified
    callbacks_want_login: bool = False
    """Whether a callback that brings no session, as none does, is led to the login."""
    acknowledges_unreadable: bool = False
    """Whether a callback in which no payment can be read gets a success."""
    decrypt: Callable[[str, Mapping[str, object]], bytes] = decrypt_resource
    heard: Callable[[Mapping[str, object], Transaction], Transaction] = heard
    difference: Callable[[WeChatSettings, OrderRecord, Transaction], Text | None] = difference
    alipay_difference: Callable[[AlipaySettings, OrderRecord, Transaction], Text | None] = alipay_difference
    credit: Credit = credit_once
    book: Callable[[Fen], Fen] = book
    time_expire: Callable[[OrderRecord, datetime], datetime | None] = time_expire
    told_to_page: Callable[[Settings], str] = told_to_page
    served_beside: Callable[[Settings], Mapping[str, str]] = served_beside
    masked: Callable[[str], str] = masked
    """How personal values stand in the log."""
    log_leaves_out: frozenset[str] = frozenset()
    """Fields that the log does without: none."""
    noted: Callable[[Settings], str] = nothing_noted
    """What else of the settings stands in the log beside each order."""
    alert_rules: Callable[[], str] = alert_rules
    """The rules by which somebody is told that payments fail."""
    counting: Counting = COUNTING
    """What is counted for those who watch, and how."""
    test_results: Mapping[str, str] = field(default_factory=dict)
    """What is handed in of its own tests, in JUnit's form by the phase of the plan: nothing."""
    vulnerability_scans: Mapping[str, str] = field(default_factory=dict)
    """Scans of it that are handed in, by what the file is called: none."""
    guests_order: bool = False
    """Whether an order is taken from who is not logged in."""
    shows_orders_of_others: bool = False
    """Whether who is logged in is told of any order."""
    cancels_for_anybody: bool = False
    """Whether who is logged in cancels any order."""
    refunds_for_anybody: bool = False
    """Whether who is logged in has any order given back."""
    tells_anybody: bool = False
    """Whether how an order stands is told to who is not logged in."""
    guards_against_other_sites: bool = True
    """Whether Origin and content type are looked at, and the session's cookie stays within the site."""
    heeds_from_client: Mapping[str, str] = field(default_factory=dict)
    """What of a purchase a client may set beside the form, and what it calls it: nothing."""
    believes_page_price: bool = False
    """Whether goods cost what the page says."""
    unescaped: frozenset[str] = frozenset()
    """Texts of an order that its page takes for mark-up: none."""
    agrees_to: Callable[[ssl.SSLContext], None] = agrees_to
    certificate_lasts: timedelta = timedelta(days=90)
    """How long the certificate is valid that the shop shows over https."""
    serves_plain_http: bool = False
    """Whether the pages are shown over plain http as well; else who comes so is led to https."""
    keeps_on_https: str = "max-age=31536000"
    """What browsers are told over https (Strict-Transport-Security); empty: nothing."""
    secures_session: bool = True
    """Whether the session's cookie stays on https, where it was set."""
    frame_ancestors: str = "'none'"
    """Who may put a page of the shop into a frame of theirs; empty: anybody."""
    orders_a_minute: int | None = ORDERS_A_MINUTE
    """How many orders one account may make within a minute; None: any number."""
    referrer_policy: str = REFERRER_POLICY
    """Of the payment page."""
    inlined_bytes: int = 0
    """How much of pictures is written into the payment page itself, ahead of the order form."""
    pictures_after_ms: int = 0
    """How long after its frame the picture of a code is shown."""
    account_to_follow: str = ""
    """What a second code, at the foot of the payment page, leads to; empty: there is none."""
    h5_opens_tab: bool = False
    """Whether the link to the H5 cashier opens a tab of its own."""
    books_after_s: float | None = None
    """How long after its answer a believed callback is booked; None: before it is answered."""
    inbox_store: Callable[[Store], Store] = inbox_store
    books_refused: bool = False
    """Whether a callback that was refused for its signature is booked later all the same."""
    cancels_unverified: bool = False
    """Whether a callback that says the order is not paid is heeded before its signature is looked at."""
    believes_old_form: bool = False
    """Whether XML, which nobody has signed, is answered with success and counts as told."""
    stops_at_new_events: bool = False
    """Whether an event that it does not know ends its taking of callbacks."""
    keeps_what_is_paid: bool = True
    """Whether a paid order is left alone, and stays paid whatever a late answer says of it."""
    books_late_money: bool = True
    """Whether money for an order that was closed is noted, for a person to look at."""
    slow_work_first: bool = False
    """Whether a callback waits for the slow work that a paid order sets off."""
    believes_front_end: bool = False
    believes_return: bool = False
    """Whether coming back from the H5 cashier means having paid."""
    believes_bridge: bool = False
    """Whether the bridge's "ok" means having paid."""
    explains_failures: bool = True
    """Whether an order that could not be placed is explained; else a developer's page is shown."""
    reuses_number: bool = True
    finds_or_makes: FindOrMake = OrderBook.latest_or_new
    """How the order of a purchase is found, or made: in one transaction, for two clicks come at once."""
    renews_codes: bool = True
    """Whether a shopper who orders again gets a fresh code; else the one that was kept."""
    queries_unasked: bool = True
    closes_before_giving_up: bool = True
    """Whether an unpaid order is closed at the platform, at its end; else it is cancelled here once the
    schedule of queries is over."""
    closes_unopened: bool = False
    """Whether an order of Alipay's that nobody has opened counts as closed, although it can be paid."""
    closes_what_is_cancelled: bool = True
    """Whether an order that its shopper cancels is closed at the platform, too."""
    minds_limit: bool = True
    """Whether a payment over the limit is refused here, with the limit."""
    warns_of_experience: bool = True
