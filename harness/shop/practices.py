"""The places where a shop can go wrong, each with the right way as its default.

The shop asks its practices at exactly these points; everything else is plain code. A deliberate defect
(`defects.py`) replaces one of them, so what a defect changes can be read off in one line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.money import Fen
from harness.payment import TradeState, Transaction
from harness.shop.crediting import Credit, credit_once
from harness.shop.records import OrderStatus
from harness.signing.wechat_v3 import Verifier

Headers = Sequence[tuple[str, str]]

_STATUS = {
    TradeState.SUCCESS: OrderStatus.PAID,
    TradeState.REFUND: OrderStatus.REFUNDED,
    TradeState.NOTPAY: OrderStatus.PENDING,
    TradeState.USERPAYING: OrderStatus.PENDING,
    TradeState.CLOSED: OrderStatus.CANCELLED,
    TradeState.REVOKED: OrderStatus.CANCELLED,
    TradeState.PAYERROR: OrderStatus.FAILED,
}


def status_of(transaction: Transaction) -> OrderStatus:
    """What a trade state means to a shopper; one we do not know is said to be unknown, never pending."""
    return OrderStatus.UNKNOWN if transaction.state is None else _STATUS[transaction.state]


def verify(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """Believe a callback only when its signature holds; raises SignatureInvalid."""
    verifier.verify(headers, body)


def draw(code_url: str) -> str:
    """What the QR picture encodes: the platform's code, unchanged (facts 7.4)."""
    return code_url


def book(total: Fen) -> Fen:
    """What the books say came in for an order of `total`."""
    return total


def acknowledges_unverified(headers: Headers) -> bool:
    """Whether a callback that failed verification gets a success all the same: never (facts 2.7)."""
    del headers
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Practices:
    """How this shop does the things that shops get wrong."""

    fen_from_yuan: Callable[[str], Fen] = Fen.from_yuan
    draw: Callable[[str], str] = draw
    status_of: Callable[[Transaction], OrderStatus] = status_of
    verify: Callable[[Verifier, Headers, bytes], None] = verify
    acknowledges_unverified: Callable[[Headers], bool] = acknowledges_unverified
    credit: Credit = credit_once
    book: Callable[[Fen], Fen] = book
    slow_work_first: bool = False
    """Whether a callback waits for the slow work that a paid order sets off."""
    believes_front_end: bool = False
    reuses_number: bool = True
    keeps_time_expire: bool = True
    queries_unasked: bool = True
