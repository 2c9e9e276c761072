"""The quick ways of reading a request come to what the careful ones come to."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.core.payment import Product
from harness.simulator.wire.apiv3.call import pairs
from harness.simulator.wire.kit.errors import Refusal
from harness.simulator.wire.kit.order_fields import order_body
from harness.simulator.wire.kit.schema import BODY

SHAPE = order_body(Product.JSAPI)
GOOD: dict[str, Any] = {
    "appid": "wx0000000000000001",
    "mchid": "1900000001",
    "description": "龙井 250 克",
    "out_trade_no": "order-000001",
    "notify_url": "https://shop.example.com/notify",
    "amount": {"total": 1, "currency": "CNY"},
    "payer": {"openid": "o" * 28},
}
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        "",
        "x",
        0,
        1,
        1.5,
        True,
        [],
        {},
        {"total": 0},
        {"total": 5},
        {"x": {"y": 1}},
        "2026-11-30T00:00:00Z",
    ]
)
BODIES = st.builds(
    lambda changed, dropped: {k: v for k, v in (GOOD | changed).items() if k not in dropped},
    st.dictionaries(st.sampled_from([*SHAPE.members, "strange"]), VALUES, max_size=3),
    st.sets(st.sampled_from(sorted(GOOD)), max_size=1),
)


def carefully(body: dict[str, Any]) -> dict[str, Any] | None:
    try:
        SHAPE.fits(body, BODY)
        return SHAPE.read(body, BODY)
    except Refusal:
        return None


@given(BODIES)
@example(GOOD)
def test_a_body_is_read_at_once_as_it_is_with_care(body: dict[str, Any]) -> None:
    assert SHAPE.at_once(body) == carefully(body)


def test_a_good_order_is_read_at_once() -> None:
    assert SHAPE.at_once(GOOD) == GOOD


@pytest.mark.parametrize(
    ("body", "unknown"),
    [
        (GOOD, []),
        (GOOD | {"z": 1, "a": {"b": 1}}, ["/body/a", "/body/z"]),
        (
            GOOD | {"amount": {"total": 1, "x/y": 1}, "a": 1, "z": 1},
            ["/body/a", "/body/amount/x~1y", "/body/z"],
        ),
        (
            GOOD | {"detail": {"goods_detail": [{"x": 1}, {"y": 1}]}},
            ["/body/detail/goods_detail/0/x", "/body/detail/goods_detail/1/y"],
        ),
        (GOOD | {"subsidy_info": {"anything": 1}, "detail": None}, []),
    ],
    ids=["none", "beside", "within", "in lists", "where all is taken"],
)
def test_what_is_unknown_is_told_wherever_it_stands(body: dict[str, Any], unknown: list[str]) -> None:
    assert list(SHAPE.unknown(body, BODY)) == unknown


@given(st.text(alphabet="ab=&%2+ ;é", max_size=20))
@example("mchid=1900000001")
def test_a_query_is_read_as_python_reads_it(query: str) -> None:
    assert pairs(query) == parse_qsl(query, keep_blank_values=True)
