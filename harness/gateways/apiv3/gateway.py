"""The classic dialect: WeChat Pay merchant API v3 in public-key mode (facts 1 to 3)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, quote, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.core.bill import TradeBill
from harness.core.errors import EnvironmentUnreachable, SignatureInvalid, TargetFailure, UnknownOutcome
from harness.core.exchange import Listener
from harness.core.payment import Order, PayersCard, Prepared, Refund, RefundOrder, Transaction
from harness.gateways.answer_members import replayed
from harness.gateways.apiv3.bill import open_bill
from harness.gateways.apiv3.mapping import order_members, prepared, refund, refund_members, transaction
from harness.gateways.apiv3.sealed_field import seal
from harness.gateways.apiv3.transport import Answer, Call, Transport, Verify
from harness.gateways.classic import ClassicGateway
from harness.gateways.clock_skew import skew_s
from harness.gateways.guard import UNGUARDED, Unguarded
from harness.gateways.protocol import EndpointStatus
from harness.gateways.wire_json import read_object, serialise
from harness.settings.model import Settings, WeChatSettings
from harness.signing.wechat_v3 import WINDOW_S, Verifier, decrypt_resource

OpenBill = Callable[[bytes, str, date], TradeBill]
"""A downloaded bill, its announced hash and its day, to what it tells."""
Seal = Callable[[RSAPublicKey, str], str]
"""The platform's key and a personal value, to what is sent of it."""

_TRANSACTIONS = "/v3/pay/transactions"
_REFUNDS = "/v3/refund/domestic/refunds"


def open_gateway(
    settings: Settings,
    *,
    listeners: Sequence[Listener] = (),
    guard: Unguarded = UNGUARDED,
    opens_bill: OpenBill = open_bill,
    seals: Seal = seal,
) -> ApiV3Gateway:
    """The gateway of a merchant's settings; see `ApiV3Gateway`."""
    return ApiV3Gateway(settings.wechat, listeners=listeners, guard=guard, opens_bill=opens_bill, seals=seals)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformCertificate:
    """One certificate of the legacy key mode, opened (facts 2.4). `pem` is the X.509 text."""

    serial_no: str
    effective_time: str
    expire_time: str
    pem: str


class ApiV3Gateway(ClassicGateway):
    """A merchant account's gateway to API v3.

    Args:
        settings: the account, its keys and the platform's public key.
        listeners: hear every exchange.
        timeout_s: how long one request may take, in seconds.
        guard: asked before every request and every order.
        verify: what makes an answer believed; another only as a deliberate defect.
        opens_bill: reads a downloaded bill; another only as a deliberate defect.
        seals: makes a personal value readable for the platform alone; another only as a deliberate defect.

    Raises:
        UnsafeRequest: the base address is neither https nor loopback.
    """

    dialect = "apiv3"
    probed = "echo"
    _transport: Transport

    def __init__(
        self,
        settings: WeChatSettings,
        *,
        listeners: Sequence[Listener] = (),
        timeout_s: float = 5.0,
        guard: Unguarded = UNGUARDED,
        verify: Verify = Verifier.verify,
        opens_bill: OpenBill = open_bill,
        seals: Seal = seal,
    ) -> None:
        self._settings = settings
        self._guard = guard
        self.opens_bill = opens_bill
        self._seals = seals
        self._transport = Transport(
            settings, listeners=listeners, timeout_s=timeout_s, guard=guard, verify=verify
        )

    def create(self, order: Order) -> Prepared:
        """Place an order of any product."""
        members = order_members(order, appid=self._settings.appid, mchid=self._settings.mchid)
        self._guard.spend(order.out_trade_no, order.amount)
        answer = self._transport.request(
            Call(
                operation="create",
                method="POST",
                path=f"{_TRANSACTIONS}/{order.product}",
                body=serialise(members),
                out_trade_no=order.out_trade_no,
            )
        )
        return prepared(order, _members(answer), request_id=answer.request_id)

    def query(self, out_trade_no: str) -> Transaction:
        """Ask by the merchant's own number.

        Raises:
            TargetFailure: the signed answer speaks of another order or merchant account.
        """
        found = self._ask(f"out-trade-no/{quote(out_trade_no, safe='')}", out_trade_no)
        if found.out_trade_no != out_trade_no:
            raise replayed("the answer speaks of another order", where="query")
        return found

    def query_by_transaction_id(self, transaction_id: str) -> Transaction:
        """Ask by the platform's number, which exists once the order is paid.

        Raises:
            TargetFailure: the signed answer speaks of another merchant account.
        """
        return self._ask(f"id/{quote(transaction_id, safe='')}", None)

    def close(self, out_trade_no: str) -> None:
        """Close an unpaid order; the 204 is verified like every success."""
        self._transport.request(
            Call(
                operation="close",
                method="POST",
                path=f"{_TRANSACTIONS}/out-trade-no/{quote(out_trade_no, safe='')}/close",
                body=serialise({"mchid": self._settings.mchid}),
                out_trade_no=out_trade_no,
            )
        )

    def refund(self, order: RefundOrder) -> Refund:
        """Give money of a paid order back; accepted is not refunded, which a query or a callback tells.

        After an unclear ending, and after 429 and 500, the refund may exist: query it before the same
        request is sent again, and never change its number (facts 3.7).

        Raises:
            TargetFailure: the signed answer speaks of another refund.
        """
        call = Call(
            operation="refund",
            method="POST",
            path=_REFUNDS,
            body=serialise(refund_members(order)),
            out_trade_no=order.out_trade_no,
        )
        return self._refund(call, order.out_refund_no)

    def query_refund(self, out_refund_no: str, out_trade_no: str = "") -> Refund:
        """What the platform says of a refund now. An unknown `status` is kept as text.

        Args:
            out_trade_no: not needed here: a refund's number is its own.

        Raises:
            TargetFailure: the signed answer speaks of another refund.
        """
        del out_trade_no
        path = f"{_REFUNDS}/{quote(out_refund_no, safe='')}"
        return self._refund(Call(operation="refund-query", method="GET", path=path), out_refund_no)

    def redirect_refund(self, refund_id: str, out_refund_no: str, card: PayersCard) -> Refund:
        """Send an abnormal refund to a card of the payer's; number and name leave sealed (facts 3.7, 2.9).

        Raises:
            TargetFailure: the signed answer speaks of another refund.
        """
        key = self._settings.platform_public_key
        members = {
            "out_refund_no": out_refund_no,
            "type": "USER_BANK_CARD",
            "bank_type": card.bank_type,
            "bank_account": self._seals(key, card.account),
            "real_name": self._seals(key, card.name),
        }
        path = f"{_REFUNDS}/{quote(refund_id, safe='')}/apply-abnormal-refund"
        call = Call(operation="abnormal-refund", method="POST", path=path, body=serialise(members))
        return self._refund(call, out_refund_no)

    def trade_bill(self, day: date) -> TradeBill:
        """Every payment and refund of one Beijing day, from ten o'clock of the next (facts 3.8).

        The file is fetched from this endpoint whatever host the link names, so that nobody else is ever sent
        a signed request. `NO_STATEMENT_EXIST` says that there was none, `STATEMENT_CREATING` to ask later.

        Raises:
            TargetFailure: the link leads elsewhere, or the file is not what was announced.
        """
        call = Call(
            operation="bill",
            method="GET",
            path="/v3/bill/tradebill",
            query={"bill_date": day.isoformat(), "bill_type": "ALL", "tar_type": "GZIP"},
        )
        told = _members(self._transport.request(call))
        link = urlsplit(str(told.get("download_url") or ""))
        if told.get("hash_type") != "SHA1" or not link.path.startswith("/v3/"):
            raise TargetFailure(
                "the answer names no bill that can be fetched",
                where="bill",
                remedy="compare the answer with the platform's documentation",
            )
        file = self._transport.request(
            Call(
                operation="bill-download",
                method="GET",
                path=link.path,
                query=dict(parse_qsl(link.query, keep_blank_values=True)),
                file=True,
            )
        )
        return self.opens_bill(file.body, str(told.get("hash_value") or ""), day)

    def certificates(self) -> tuple[PlatformCertificate, ...]:
        """The platform certificates of the legacy mode; a public-key-only account gets a 404 (facts 2.5)."""
        answer = self._transport.request(
            Call(operation="certificates", method="GET", path="/v3/certificates")
        )
        entries = _members(answer).get("data")
        if not isinstance(entries, list):
            raise TargetFailure("the list of certificates has no data", where="certificates")
        return tuple(self._opened(entry) for entry in entries if isinstance(entry, dict))

    def probe(self) -> EndpointStatus:
        """Send the official self-test message (facts 2.8) and read the platform's clock from its answer."""
        call = Call(
            operation="echo",
            method="POST",
            path="/v3/security/echo",
            body=serialise({"echo_message": "golive"}),
        )
        sent = time.time()
        try:
            answer = self._transport.exchange(call)
        except (EnvironmentUnreachable, UnknownOutcome) as error:
            return EndpointStatus(reachable=False, clock_skew_s=0.0, detail=str(error))
        skew = skew_s(answer.headers, sent, time.time())
        return EndpointStatus(
            reachable=True,
            clock_skew_s=skew,
            detail=_described(answer, skew),
            trusted=answer.successful and answer.distrust is None,
        )

    def _ask(self, tail: str, out_trade_no: str | None) -> Transaction:
        answer = self._transport.request(
            Call(
                operation="query",
                method="GET",
                path=f"{_TRANSACTIONS}/{tail}",
                query={"mchid": self._settings.mchid},
                out_trade_no=out_trade_no,
            )
        )
        found = transaction(_members(answer))
        if found.mchid not in ("", self._settings.mchid):
            raise TargetFailure(
                "the answer speaks of another merchant account",
                where="query",
                remedy="do not use it; compare WECHAT_PAY_MCH_ID with the endpoint",
            )
        return found

    def _refund(self, call: Call, out_refund_no: str) -> Refund:
        found = refund(_members(self._transport.request(call)))
        if found.out_refund_no != out_refund_no:
            raise replayed("the answer speaks of another refund", where=call.operation)
        return found

    def _opened(self, entry: Mapping[str, object]) -> PlatformCertificate:
        sealed = entry.get("encrypt_certificate")
        if not isinstance(sealed, dict):
            raise SignatureInvalid("a certificate without its sealed part", where="certificates")
        return PlatformCertificate(
            # The documentation's own sample key carries a trailing blank: read leniently (facts 2.4).
            serial_no=str(entry.get("serial_no", "")).strip(),
            effective_time=str(entry.get("effective_time", "")),
            expire_time=str(entry.get("expire_time", "") or entry.get("expire_time ", "")),
            pem=decrypt_resource(self._settings.apiv3_key, sealed).decode(),
        )


def _members(answer: Answer) -> dict[str, object]:
    try:
        return read_object(answer.body)
    except ValueError as error:
        raise TargetFailure(f"a signed answer that cannot be read: {error}", where="wire") from None


def _described(answer: Answer, skew_s: float) -> str:
    if abs(skew_s) > WINDOW_S:
        return f"HTTP {answer.status}; the clocks are {skew_s:+.0f} s apart, beyond the {WINDOW_S} s window"
    if answer.distrust is not None:
        return f"HTTP {answer.status}, not believed: {answer.distrust.what}"
    return f"HTTP {answer.status}"
