"""Money is a whole number of fen; yuan is text at an edge, converted once and exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from harness.core.money import Fen


class Priced(BaseModel):
    amount: Fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [("19.90", 1990), ("19.9", 1990), ("20", 2000), ("0.01", 1), ("0", 0), (" 1.10 ", 110), ("0.57", 57)],
)
def test_yuan_text_becomes_exact_fen(text: str, fen: int) -> None:
    assert Fen.from_yuan(text) == fen
    assert isinstance(Fen.from_yuan(text), Fen)


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.999", "1,000", "1e3", ".5", "1.", "NaN", "¥1", "9" * 13, "1 0"]
)
def test_what_is_no_amount_in_yuan_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount in yuan"):
        Fen.from_yuan(text)


@given(st.integers(0, 10**14 - 1))
def test_yuan_and_back_loses_nothing(fen: int) -> None:
    assert Fen.from_yuan(Fen(fen).yuan) == fen


@pytest.mark.parametrize(
    ("fen", "yuan"), [(1990, "19.90"), (5, "0.05"), (0, "0.00"), (-5, "-0.05"), (-1990, "-19.90")]
)
def test_fen_reads_as_yuan_with_two_decimals(fen: int, yuan: str) -> None:
    assert Fen(fen).yuan == yuan


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_sums_and_differences_stay_fen(one: int, other: int) -> None:
    for result, expected in (
        (Fen(one) + Fen(other), one + other),
        (Fen(one) - Fen(other), one - other),
        (one + Fen(other), one + other),
        (-Fen(one), -one),
        (sum([Fen(one), Fen(other)]), one + other),
    ):
        assert isinstance(result, Fen)
        assert result == expected


@pytest.mark.parametrize("value", [19.9, 19.0, True, "1990", None])
def test_only_an_integer_is_fen(value: object) -> None:
    with pytest.raises(TypeError, match="fen must be an integer"):
        Fen(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("half", [0.5, 1.0])
def test_a_float_never_enters_a_sum(half: float) -> None:
    with pytest.raises(TypeError, match="not float"):
        Fen(1) + half
    with pytest.raises(TypeError, match="not float"):
        Fen(1) - half


@pytest.mark.parametrize(
    "json", ['{"amount": 19.9}', '{"amount": 19.0}', '{"amount": "1990"}', '{"amount": true}']
)
def test_a_model_takes_a_json_integer_and_nothing_else(json: str) -> None:
    with pytest.raises(ValidationError):
        Priced.model_validate_json(json)


def test_a_model_keeps_fen_both_ways() -> None:
    priced = Priced.model_validate_json('{"amount": 1990}')
    assert isinstance(priced.amount, Fen)
    assert priced.model_dump_json() == '{"amount":1990}'
    assert type(priced.model_dump()["amount"]) is int


def test_a_repr_says_that_it_is_fen() -> None:
    assert repr(Fen(1990)) == "Fen(1990)"
