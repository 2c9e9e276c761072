"""A mix is dealt exactly, evenly, and the same on every worker."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.core.errors import UsageError
from load.criteria.model import User
from load.users.mix import deal, parse


def test_every_round_of_arrivals_holds_the_exact_mix() -> None:
    dealt = deal(parse("create/h5/mcp=5,query/native/apiv3=3,close/jsapi/apiv3"))
    flows = Counter(dealt[number % len(dealt)].flow for number in range(9 * 11))
    assert flows == {"create": 55, "query": 33, "close": 11}


def test_a_part_does_not_come_in_a_burst() -> None:
    dealt = deal(parse("create/h5/mcp=2,query/native/apiv3=2"))
    assert [dealt[number % len(dealt)].flow for number in range(4)] == ["create", "query", "create", "query"]


def test_a_part_names_its_flow_product_dialect_and_weight() -> None:
    assert parse("lifecycle/native/apiv3=7, storm") == (
        User(flow="lifecycle", scenario="native", dialect="apiv3", share=7),
        User(flow="storm"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "create",
        "pay/h5/mcp",
        "create/app/mcp",
        "create/h5/unionpay",
        "create/h5/mcp=0",
        "create/h5/mcp=1001",
        "storm/h5/mcp",
        "close/h5/envelope",
        "lifecycle/native/envelope",
    ],
    ids=lambda text: text or "nothing",
)
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)
