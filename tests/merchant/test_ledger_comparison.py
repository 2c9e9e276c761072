"""The two books: equal to the fen, or a sentence that names every order that differs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from harness.core.money import Fen
from harness.merchant.ledger_comparison import LedgerComparison, LedgerPair
from harness.merchant.merchant_order import MerchantOrder


def test_equal_books_differ_in_nothing() -> None:
    assert LedgerPair({"A": Fen(1990)}, {"A": Fen(1990)}, 0).difference() == ""


def test_one_fen_is_a_difference() -> None:
    difference = LedgerPair({"A": Fen(1990), "B": Fen(1)}, {"A": Fen(1989), "B": Fen(1)}, 0).difference()
    assert "A: 1990 there, 1989 here" in difference
    assert "B" not in difference


def test_money_that_only_one_side_knows_is_a_difference() -> None:
    assert "A: nothing there, 5 here" in LedgerPair({}, {"A": Fen(5)}, 0).difference()
    assert "A: 5 there, nothing here" in LedgerPair({"A": Fen(5)}, {}, 0).difference()


def test_a_ledger_off_zero_is_a_difference_even_if_the_orders_agree() -> None:
    assert "1 fen off zero" in LedgerPair({"A": Fen(5)}, {"A": Fen(5)}, 1).difference()


def test_a_long_difference_names_some_orders_and_counts_the_rest() -> None:
    merchant = {f"ORDER{number:02}": Fen(1990) for number in range(34)}
    difference = LedgerPair({}, merchant, 0).difference()
    assert "ORDER04" in difference
    assert "ORDER05" not in difference
    assert difference.endswith("and 29 more orders")


def test_only_the_orders_asked_about_are_named() -> None:
    compared = LedgerPair({"A": Fen(5), "B": Fen(7)}, {}, 0)
    assert compared.differing() == {"A", "B"}
    assert "A" not in compared.difference({"B"})
    assert compared.difference(set()) == ""


def test_a_refund_that_the_merchant_has_not_booked_is_waited_for() -> None:
    compared = LedgerPair({"A": Fen(500)}, {"A": Fen(1990)}, 0, refunds_to_book=frozenset({"A"}))
    assert compared.missing() == {"A"}
    assert "A: 500 there, 1990 here" in compared.difference()


def test_books_that_tell_the_state_alone_take_no_other_finding_away() -> None:
    order = MerchantOrder.model_validate({"out_trade_no": "A", "status": "paid", "amount": 1990})
    ledger = SimpleNamespace(paid={"A": Fen(1990)}, refunded={}, balances={})
    levers: Any = SimpleNamespace(ledger=lambda *, entries: ledger)
    observer: Any = SimpleNamespace(tells_money=True, lists=True, orders=lambda numbers: [order])
    assert LedgerComparison(levers, observer, frozenset()).news() == ""
