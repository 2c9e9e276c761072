"""An order as the shop keeps it, and the words for how it stands."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

from harness.core.money import Fen
from harness.core.payment import JsapiParameters, Provider
from harness.shop.payment_choices import PaymentType


class OrderStatus(StrEnum):
    """How an order stands with the shop, in the words its pages and its API use."""

    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"
    """The platform said something this shop does not understand: a person must look."""


_NOTHING = Fen(0)

OPEN = (OrderStatus.PENDING, OrderStatus.UNKNOWN)
"""The statuses that may still become paid."""


class PlacementState(StrEnum):
    """What the platform can know of an order."""

    NEW = "new"
    """Nothing was ever accepted: the order can be forgotten."""
    MAYBE = "maybe"
    """A request was sent without a trustworthy answer: the number is burnt in."""
    PLACED = "placed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """One order. Times are business time; amounts are fen."""

    out_trade_no: str
    account: str
    order_id: str
    generation: int
    goods: str
    description: str
    amount: Fen
    kind: PaymentType
    time_expire: datetime
    """Fixed when the number is first made: a later one would be another order (facts 3.3)."""
    created: datetime
    provider: Provider = Provider.WECHAT
    """Whose order it is: with no other can it be paid, asked about, closed or given back."""
    openid: str = ""
    """Of the payer, where the bridge pays. Fixed like the time."""
    client_ip: str = ""
    """The payer's address, where H5 pays. Fixed like the time."""
    return_url: str = ""
    """Where Alipay's payer comes back to; empty: as the settings say."""
    placement_state: PlacementState = PlacementState.NEW
    placements: int = 0
    """How often the platform accepted it; each time the earlier code stopped working."""
    code_url: str = ""
    h5_url: str = ""
    """Where a browser is sent to pay: the H5 cashier, or Alipay's page; inside Alipay the order string."""
    bridge: JsapiParameters | None = None
    expires: datetime | None = None
    """When the platform says that the order ends; the experience edition does."""
    dialect: str | None = None
    """The wire that brought it in the end; None until it was accepted."""
    request_id: str = ""
    status: OrderStatus = OrderStatus.PENDING
    attention: str = ""
    """What a person should know; empty when all is well."""
    paid_amount: Fen = _NOTHING
    """What the books say came in."""
    transaction_id: str = ""
    paid_at: str = ""
    credits: int = 0
    """How many times it was fulfilled: one once paid, and never more."""
    refunded_amount: Fen = _NOTHING
    """What of it has gone back."""


COLUMNS = (
    "orders.*, (SELECT COUNT(*) FROM credits WHERE credits.out_trade_no = orders.out_trade_no) AS credits,"
    " (SELECT COALESCE(SUM(refund), 0) FROM refunds WHERE refunds.out_trade_no = orders.out_trade_no"
    " AND state = 'success') AS refunded_amount"
)


def bridge_text(parameters: JsapiParameters | None) -> str:
    """The bridge's parameters as the database keeps them."""
    return json.dumps(asdict(parameters)) if parameters is not None else ""


def record_of(row: sqlite3.Row) -> OrderRecord:
    """The record in a row selected with `COLUMNS`."""
    return OrderRecord(
        out_trade_no=row["out_trade_no"],
        account=row["account"],
        order_id=row["order_id"],
        generation=row["generation"],
        goods=row["goods"],
        description=row["description"],
        amount=Fen(row["amount"]),
        kind=PaymentType(row["kind"]),
        provider=Provider(row["provider"]),
        openid=row["openid"],
        client_ip=row["client_ip"],
        return_url=row["return_url"],
        time_expire=datetime.fromtimestamp(row["time_expire"], UTC),
        created=datetime.fromtimestamp(row["created"], UTC),
        placement_state=PlacementState(row["placement_state"]),
        placements=row["placements"],
        code_url=row["code_url"],
        h5_url=row["h5_url"],
        bridge=JsapiParameters(**json.loads(row["bridge"])) if row["bridge"] else None,
        expires=datetime.fromtimestamp(row["expires"], UTC) if row["expires"] is not None else None,
        dialect=row["dialect"] or None,
        request_id=row["request_id"],
        status=OrderStatus(row["status"]),
        attention=row["attention"],
        paid_amount=Fen(row["paid_amount"]),
        transaction_id=row["transaction_id"],
        paid_at=row["paid_at"],
        credits=row["credits"],
        refunded_amount=Fen(row["refunded_amount"]),
    )
