"""Every order counts towards the budget, at what somebody might be asked to pay for it at worst."""

from __future__ import annotations

import ssl
from decimal import Decimal

import pytest

from harness.core.errors import UnsafeRequest
from harness.core.money import Fen
from harness.gateways.guard import Guard
from harness.gateways.worth import ENDLESS, worth


@pytest.mark.parametrize(
    ("amount", "fen"),
    [
        (100, 100),
        (10**30, 10**30),
        ("100", 100),
        (" 1,000 fen", 1000),
        ("1e3", 1000),
        ("-100", 100),
        ("1'000", 1000),
        ("1.000", 1000),
        ("1.000,00", 100_000),
        ("1.000.000", 1_000_000),
        ("19.90", 20),
        ("0xFFFF", 65_535),
        ("0b1111111", 1_111_111),
        ("0o7777", 7777),
        ("0x" + "F" * 60, ENDLESS),
        ("Infinity", ENDLESS),
        ({"9000": 1}, 9000),
        (100.5, 101),
        (Decimal("0.1"), 1),
        (-100, 100),
        (0, 1),
        ("", 1),
        ("free", 1),
        (True, 1),
        (None, 1),
        ({"total": 5, "payer_total": "700"}, 700),
        ([1, [900]], 900),
        (float("inf"), ENDLESS),
        ("9e999999999", ENDLESS),
    ],
    ids=repr,
)
def test_an_amount_counts_at_its_worst(amount: object, fen: int) -> None:
    assert worth(amount) == fen


@pytest.mark.parametrize("amount", [10**30, "1001", 1000.5, -1001, {"total": 1001}], ids=repr)
def test_what_may_be_worth_more_than_the_budget_is_not_sent(amount: object) -> None:
    guard = Guard(hosts=(), budget=Fen(1000), rate=1.0, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    with pytest.raises(UnsafeRequest):
        guard.spend("A", worth(amount))
    assert not guard.asked
