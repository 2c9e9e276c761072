"""What an order's own answer tells is told from what stands on every page, and found in somebody else's."""

from __future__ import annotations

import json

import pytest

from harness.merchant.answers import Answered
from harness.merchant.rungs.order_details import details_of

NUMBER, NEXT = "TEA0017", "TEA0018"


def page(text: str, *, status: int = 200) -> Answered:
    return Answered(status, f"<title>茶舍</title><nav>首页 订单</nav>{text}", "/orders/17", 0.0)


def members(code: int = 200, **told: object) -> Answered:
    return Answered(code, json.dumps(told), "/api/orders/17", 0.0)


PAID = page(f"<h1>订单 {NUMBER}</h1><b>已付款</b> 顺丰 SF1029 <a>返回</a>")
PENDING = page(f"<h1>订单 {NEXT}</h1><b>待付款</b>")
OWN = details_of(PAID, [PENDING], [NUMBER], facts=["4200001"])


def test_an_orders_details_are_what_no_other_orders_answer_holds() -> None:
    assert {"已付款", "SF1029"} < OWN.words
    assert not {"茶舍", "首页"} & OWN.words
    assert not any(NUMBER in each for each in OWN.words), "whoever asks knows the number already"


def test_the_same_page_for_somebody_else_gives_the_order_away() -> None:
    given = OWN.given_away(page(f"<h1>订单 {NUMBER}</h1><b>已付款</b> 顺丰 SF1029"), [PENDING])
    assert given.sure
    assert "已付款" in given.told


@pytest.mark.parametrize(
    "refusal",
    [
        page(f"<p>订单 {NUMBER} 不存在</p>"),
        page("<p>请先登录</p>"),
        page("<p>无权查看</p> <b>已付款</b> 顺丰 SF1029", status=403),
        members(403, error="not yours"),
    ],
    ids=["echoed", "login", "status", "json"],
)
def test_a_refusal_gives_nothing_away(refusal: Answered) -> None:
    assert not OWN.given_away(refusal).sure


def test_one_word_of_several_may_stand_there_by_chance() -> None:
    given = OWN.given_away(page("<p>无权查看</p><a href='/'>返回</a>"))
    assert (given.sure, given.details) == (False, ("返回",))


def test_what_the_platform_made_for_the_order_is_told_wherever_it_stands() -> None:
    assert OWN.given_away(page("4200001", status=403)).sure


def test_what_is_answered_about_other_orders_too_is_no_detail_of_this_one() -> None:
    mine = page(f"<b>已付款</b> 顺丰 SF1029 {NEXT}")
    assert not OWN.given_away(mine, [mine]).details


def test_one_member_of_json_is_enough() -> None:
    own = details_of(
        members(status="paid", amount=8800, at="12:30:01"), [members(status="new", amount=8800)], ["N"]
    )
    assert own.words == {"status=paid"}, "neither the price of all nor a moment is a detail"
    assert own.given_away(members(status="paid", more=[1])).sure
    assert not own.given_away(members(error={"status": "paid"})).details


def test_a_number_of_json_may_be_equal_by_chance() -> None:
    told = members(status="paid", cost=3, parcels=1, weight=250)
    own = details_of(told, [members(status="new", cost=5)], ["N"])
    refusal = members(code=200, error="not yours", cost=3)
    assert (own.given_away(refusal).sure, own.given_away(told).sure) == (False, True)


def test_a_script_of_the_page_tells_as_well() -> None:
    told = page('<script>var order = {"state":"SHIPPED"}</script>')
    assert details_of(told, [page("")], []).given_away(told).details == ("SHIPPED", "order", "state", "var")


def test_a_drawn_code_is_enough() -> None:
    drawn = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg"
    own = details_of(page(f'<img src="{drawn}"> a b c d'), [page("")], ["2", "iVBORw0KGgoAAAANSUhEUg"[:5]])
    assert own.given_away(page(f"<img src='{drawn}'>")).sure
