"""The payment models speak the platform's names and never guess a state."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from harness.core.money import Fen
from harness.core.payment import Order, Product, TradeState, Transaction


@pytest.mark.parametrize("state", TradeState)
def test_a_documented_state_is_known(state: TradeState) -> None:
    assert TradeState.known(state.value) is state


@pytest.mark.parametrize("wire", ["", "success", "SUCCESS ", "ACCEPT", "UNKNOWN", "PAY_ERROR"])
def test_any_other_text_is_no_state_rather_than_a_guess(wire: str) -> None:
    assert TradeState.known(wire) is None
    transaction = Transaction(out_trade_no="GL20261123000001", trade_state=wire)
    assert transaction.state is None
    assert not transaction.money_taken


@pytest.mark.parametrize(
    ("state", "taken"),
    [
        (TradeState.SUCCESS, True),
        (TradeState.REFUND, True),
        (TradeState.NOTPAY, False),
        (TradeState.CLOSED, False),
        (TradeState.REVOKED, False),
        (TradeState.USERPAYING, False),
        (TradeState.PAYERROR, False),
    ],
)
def test_money_was_taken_when_paid_and_still_when_partly_refunded(state: TradeState, taken: bool) -> None:
    assert Transaction(out_trade_no="GL20261123000001", trade_state=state.value).money_taken is taken


def test_every_state_is_decided_above() -> None:
    assert len(TradeState) == 7


@pytest.mark.parametrize(
    ("product", "trade_type"),
    [(Product.JSAPI, "JSAPI"), (Product.NATIVE, "NATIVE"), (Product.H5, "MWEB"), (Product.APP, "APP")],
)
def test_a_product_names_the_trade_type_of_its_paid_orders(product: Product, trade_type: str) -> None:
    assert product.trade_type == trade_type


def order(**changes: object) -> Order:
    members: dict[str, object] = {
        "out_trade_no": "GL20261123000001",
        "product": Product.NATIVE,
        "amount": Fen(1990),
        "description": "西湖一日游",
        "notify_url": "https://shop.example.com/notify",
    }
    return Order(**(members | changes))  # type: ignore[arg-type]


def test_the_same_order_again_is_equal_and_one_fen_more_is_another() -> None:
    assert order() == order()
    assert order() != order(amount=Fen(1991))


def test_an_order_cannot_be_changed_after_it_was_made() -> None:
    with pytest.raises(FrozenInstanceError):
        order().amount = Fen(1)  # type: ignore[misc]
