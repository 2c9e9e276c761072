"""Every variant of the shop is told in both languages, keeps to known practices, and takes money rightly."""

from __future__ import annotations

from dataclasses import fields

import pytest

from harness.core.errors import UsageError
from harness.levers.client import LeversClient
from harness.merchant.profile import MerchantProfile
from harness.plugin.options import Options
from harness.shop.defects.registry import practices_with
from harness.shop.practices import Practices
from harness.shop.variants.registry import VARIANTS, Variant, lacking
from tests.shop.conftest import trading


@pytest.mark.parametrize("each", VARIANTS.values(), ids=VARIANTS)
def test_a_variant_says_what_is_other_and_replaces_only_what_there_is(each: Variant) -> None:
    known = {member.name for member in fields(Practices)}
    shop = MerchantProfile.load("shop")
    assert each.text.zh != each.text.en
    assert set(each.practices) <= known
    assert each.practices or each.environment or each.lacks, "it is the reference shop"
    assert each.lacks <= shop.capabilities
    assert shop.without(lacking([each.id])).capabilities == shop.capabilities - each.lacks


def test_a_defect_is_wrong_in_every_variant() -> None:
    both = practices_with(["skips-signature"], ["inbox"])
    assert both.books_after_s == practices_with([], ["inbox"]).books_after_s is not None
    assert both.verify == practices_with(["skips-signature"]).verify


def test_an_unknown_variant_is_told_what_is_near() -> None:
    with pytest.raises(UsageError, match="inbox") as refused:
        Options.read({"variants": ("inbx",)})
    assert "inbx" in str(refused.value)


def test_a_variant_of_our_shop_is_no_variant_of_another_merchant() -> None:
    with pytest.raises(UsageError, match="--merchant"):
        Options.read({"variants": ("inbox",), "merchant": "theirs.toml"})


def test_the_inbox_answers_before_it_books_and_books_once(
    environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(environment, levers, variants=["inbox"]) as trade:
        number = trade.order()
        callbacks = [trade.callback(number) for _ in range(3)]
        answers = [trade.merchant.deliver(each.headers, each.body).status for each in callbacks]
        waiting = trade.books(number).credits
        assert trade.running.shop.inbox is not None
        trade.running.shop.inbox.wait_until_booked()
        kept = trade.books(number)
    assert (answers, waiting) == ([204, 204, 204], 0)
    assert (kept.status, kept.credits, int(kept.paid_amount)) == ("paid", 1, 1990)


def test_what_the_inbox_has_written_down_outlives_it(
    environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(environment, levers, variants=["inbox"]) as trade:
        number = trade.order()
        callback = trade.callback(number)
        trade.merchant.deliver(callback.headers, callback.body)
        inbox = trade.running.shop.inbox
        assert inbox is not None
        inbox.stop()
        assert trade.books(number).credits == 0
        assert [each.out_trade_no for each in inbox.waiting()] == [number]
