"""How a shop reads the day's bills, and what it raises of them."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import date
from hashlib import sha1

from harness.core.bill import BilledPayment, BilledRefund, TradeBill
from harness.core.errors import TargetFailure
from harness.core.money import Fen
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.shop.reconciliation.comparison import Booked, DayBooks
from harness.shop.reconciliation.record import Kind
from harness.simulator.wire.kit.bill_text import header, moved
from harness.simulator.wire.kit.trade_bill import COLUMNS, SUMMARY
from harness.simulator.wire.kit.trade_bill import TradeBill as BillKind
from tests.shop.conftest import Trade

BILLED_DAY = date(2026, 11, 20)

BILL = (
    "\n".join(
        (
            header(COLUMNS[BillKind.ALL]).strip(),
            "`2026-11-20 10:01:02,`wx,`1,`0,`,`42,`paid,`o,`NATIVE,`SUCCESS,`OTHERS,`CNY,`19.90,`0.00,`0,`0,"
            "`0.00,`0.00,`,`,`demo,`,`0.00,`0.00%,`19.90,`0.00,`",
            header(SUMMARY[BillKind.ALL]).strip(),
            "`1,`19.90,`0.00,`0.00,`0.00,`19.90,`0.00",
        )
    )
    + "\n"
)

BILLED = BilledPayment(out_trade_no="paid", transaction_id="42", total=Fen(1990))

BILLED_BACK = BilledRefund(
    out_refund_no="back", refund_id="5", out_trade_no="paid", refund=Fen(100), status="SUCCESS"
)


def opens(trade: Trade, text: str, announced: str | None = None) -> TradeBill | None:
    """What the shop's client reads of a downloaded bill; None: it does not believe it."""
    shop = trade.running.shop
    gateway = shop.practices.bill_gateway(shop.renewable.settings, ())
    assert isinstance(gateway, ApiV3Gateway)
    told = text.encode()
    try:
        return gateway.opens_bill(
            gzip.compress(told), announced or sha1(told, usedforsecurity=False).hexdigest(), BILLED_DAY
        )
    except TargetFailure:
        return None
    finally:
        gateway.close_connections()


def believes_a_bill_of_another_hash(trade: Trade) -> bool:
    return opens(trade, BILL, "0" * 40) is not None


def needs_columns_in_their_order(trade: Trade) -> bool:
    read = opens(trade, "".join(moved(f"{line}\n" for line in BILL.splitlines())))
    return read is None or [each.out_trade_no for each in read.payments] != ["paid"]


def loses_a_fen_of_a_bill(trade: Trade) -> bool:
    read = opens(trade, BILL)
    return read is not None and read.payments[0].total == Fen(1989)


def takes_a_bill_in_making_for_none(trade: Trade) -> bool:
    return "STATEMENT_CREATING" in trade.running.shop.practices.no_bill_codes


def never_ends_a_day_without_trade(trade: Trade) -> bool:
    return "NO_STATEMENT_EXIST" not in trade.running.shop.practices.no_bill_codes


def raised(trade: Trade, bill: TradeBill, books: DayBooks) -> set[Kind]:
    return {each.kind for each in trade.running.shop.practices.bill_differences(bill, books)}


def misses_what_is_missing_here(trade: Trade) -> bool:
    return not raised(trade, TradeBill(day=BILLED_DAY, payments=(BILLED,)), DayBooks())


def misses_what_is_missing_there(trade: Trade) -> bool:
    books = DayBooks(payments={"paid": Booked("paid", Fen(1990))}, payments_of_day=frozenset({"paid"}))
    return not raised(trade, TradeBill(day=BILLED_DAY), books)


def misses_another_amount(trade: Trade) -> bool:
    books = DayBooks(payments={"paid": Booked("paid", Fen(1989))})
    return not raised(trade, TradeBill(day=BILLED_DAY, payments=(BILLED,)), books)


def compares_no_refunds(trade: Trade) -> bool:
    bill = TradeBill(day=BILLED_DAY, refunds=(BILLED_BACK, replace(BILLED_BACK, out_refund_no="two")))
    known = {"two": Booked("paid", Fen(99)), "three": Booked("paid", Fen(1))}
    return not raised(trade, bill, DayBooks(refunds=known, refunds_of_day=frozenset({"three"})))
