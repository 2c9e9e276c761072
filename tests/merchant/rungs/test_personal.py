"""Phone, identity and card numbers are known by their shape, and a number of an order is none."""

from __future__ import annotations

import pytest

from harness.merchant.rungs.personal import kind_of, personal_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("13800138000", "a phone number"),
        ("+86 138-0013-8000", "a phone number"),
        ("11010519491231002X", "an identity number"),
        ("6222021234567890128", "a card number"),
        ("110105194912310021", ""),
        ("6222021234567890129", ""),
        ("12345678901", ""),
        ("TEA20261129035131775454", ""),
        ("li", ""),
    ],
)
def test_a_text_is_what_its_digits_say(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_it_is_found_wherever_a_profile_types_it() -> None:
    held = [{"contact": {"tel": 13800138000, "name": "li"}}, ["6222021234567890128", True, None]]
    assert personal_in(held) == {"13800138000": "a phone number", "6222021234567890128": "a card number"}
