"""Placeholders in a profile: unknown ones are named with the nearest, known ones are filled in."""

from __future__ import annotations

import pytest

from harness.merchant.rungs.placeholders import ORDERING, check, fill, fill_all, named_in


def test_an_unknown_placeholder_names_what_exists_and_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"no placeholder \{amount_yaun\}: did you mean amount_yuan") as told:
        check({"total": "{amount_yaun}"}, ORDERING)
    assert "{amount_fen}" in str(told.value)


def test_placeholders_are_found_in_names_lists_and_tables() -> None:
    said = {"lines": [{"sku": "{product}"}], "x-{csrf}": "1", "plain": 7}
    assert named_in(said) == {"product", "csrf"}


def test_a_brace_that_closes_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="written twice"):
        named_in("{amount_fen")


def test_an_amount_in_fen_alone_is_a_number_in_json() -> None:
    values = {"amount_fen": "8800", "product": "longjing"}
    filled = fill_all({"total": "{amount_fen}", "items": ["{product}"], "note": "{amount_fen} fen"}, values)
    assert filled == {"total": 8800, "items": ["longjing"], "note": "8800 fen"}


def test_braces_written_twice_are_meant() -> None:
    assert fill("{{{product}}}", {"product": "tea"}) == "{tea}"
