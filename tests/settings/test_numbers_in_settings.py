"""Amounts in comments are read as people write them, exactly; numbers in values only as programs do."""

from __future__ import annotations

from decimal import Decimal

import pytest

from harness.core.money import Fen
from harness.settings.numbers import named_amounts, whole_number, yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("单笔最大金额（100元）", 10_000),
        ("日限额（1万元）", 1_000_000),
        ("1.5万元", 1_500_000),
        ("5百万元", 500_000_000),
        ("¥10,000", 1_000_000),
        ("￥10,000.00", 1_000_000),
        ("¥1万", 1_000_000),
        ("1,000.50元", 100_050),
        ("１００元", 10_000),
        ("100 yuan a payment", 10_000),
        ("RMB 100", 10_000),
        ("CNY100", 10_000),
        ("100 CNY", 10_000),
        ("100块", 10_000),
        ("0.01元", 1),
        ("10000分", 10_000),
        ("10000 fen", 10_000),
    ],
)
def test_an_amount_with_its_unit_is_read_exactly(text: str, fen: int) -> None:
    assert [named.fen for named in named_amounts(text)] == [Decimal(fen)]


@pytest.mark.parametrize(
    "text", ["", "单笔最大金额", "raised in 2026", "30分钟", "百分之5", "十万", "at most 3 times"]
)
def test_what_names_no_amount_gives_none(text: str) -> None:
    assert named_amounts(text) == ()


def test_several_amounts_are_all_read() -> None:
    assert [named.text for named in named_amounts("10000分，即100元")] == ["10000分", "100元"]


def test_a_fraction_of_a_fen_is_not_rounded_away() -> None:
    assert named_amounts("100.005元")[0].fen == Decimal("10000.5")


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("30000", 30_000), ("007", 7)])
def test_a_whole_number_is_ascii_digits(text: str, value: int) -> None:
    assert whole_number(text) == value


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.0", "1e3", "1_000", "1,000", "１００", " 1", "9" * 16, "0x10"]
)
def test_nothing_else_is_a_whole_number(text: str) -> None:
    assert whole_number(text) is None


def test_money_is_shown_with_two_decimals_and_thousands() -> None:
    assert yuan(Fen(1_000_000)) == "¥10,000.00"
