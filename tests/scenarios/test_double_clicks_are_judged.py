"""Two orders of one purchase fail; two orders that nothing ties together are told of, and no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.merchant.answers import Answered
from harness.merchant.observer import MerchantOrder
from harness.plugin import Journal
from harness.plugin.fixtures.double_clicks import Clicked
from scenarios.payments.test_double_click import test_two_clicks_leave_one_order_to_pay as judge

PRICE = Fen(1990)
LIVE, DEAD = "weixin://wxpay/bizpayurl?pr=L1ve", "weixin://wxpay/bizpayurl?pr=De4d"
ANSWERED = Answered(200, "ok", "http://127.0.0.1/orders", 0.01)


def order(number: str, state: str = "NOTPAY") -> Any:
    return SimpleNamespace(out_trade_no=number, trade_state=state, code_url=LIVE, total=PRICE)


@dataclass
class Shop:
    """What came of the clicks, and which codes they show."""

    made: tuple[Any, ...]
    named: bool = True
    shown: set[str] = field(default_factory=set)
    paid: list[str] = field(default_factory=list)

    def click(self, *, at_once: bool) -> Clicked:
        assert at_once
        return Clicked(PRICE, (ANSWERED, None), self.made, self.named)

    def codes_shown(self, _: Clicked) -> set[str]:
        return self.shown

    def find(self, number: str, *, asked: Fen) -> Any:
        told = {"out_trade_no": number, "status": "paid", "paid_amount": 1990, "credits": 1}
        return SimpleNamespace(
            asked=asked,
            pay=lambda: self.paid.append(number),
            audit=lambda: order(number),
            kept=lambda: MerchantOrder.model_validate(told),
        )


def judged(shop: Shop) -> Journal:
    journal = Journal(cast("Any", None), "PAY-10")
    judge(cast("Any", shop), cast("Any", shop), journal, at_once=True)
    return journal


def test_two_orders_of_a_purchase_with_a_name_fail() -> None:
    with pytest.raises(AssertionError, match="left 2 orders that can be paid: A1, A2"):
        judged(Shop((order("A1"), order("A2"))))


def test_two_orders_that_nothing_ties_together_are_a_warning() -> None:
    (warning,) = judged(Shop((order("A1"), order("A2")), named=False)).warnings
    assert "nothing in the request tells one purchase from the next" in warning


@pytest.mark.parametrize(
    "made", [(order("A1"),), (order("A1", "CLOSED"), order("A2"))], ids=["one", "one closed"]
)
def test_one_order_to_pay_is_right_and_is_paid(made: tuple[Any, ...]) -> None:
    shop = Shop(made, shown={LIVE, DEAD})
    assert judged(shop).warnings == []
    assert shop.paid == [made[-1].out_trade_no]


def test_a_shopper_who_is_shown_dead_codes_alone_cannot_pay() -> None:
    with pytest.raises(AssertionError, match=r"only .*L1ve.* can be paid"):
        judged(Shop((order("A1"),), shown={DEAD}))


def test_clicks_that_leave_nothing_to_pay_fail_and_none_at_all_prove_nothing() -> None:
    with pytest.raises(AssertionError, match="left no order that can be paid"):
        judged(Shop((order("A1", "CLOSED"),)))
    with pytest.raises(NotExercised, match="made no order"):
        judged(Shop(()))
