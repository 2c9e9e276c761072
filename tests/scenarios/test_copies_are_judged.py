"""CBK-11 judges copies of a callback as `golive callback send` does, by merchants of the same table."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Self

import pytest

from harness.callbacks.answers import alone_afterwards
from harness.callbacks.callback import Issuer
from harness.callbacks.forms import form_of
from harness.callbacks.made_up import Payment
from harness.core.dialects import callback_form, dialect
from harness.core.money import Fen
from harness.merchant.answers import CallbackAnswer
from harness.signing import keys
from scenarios.callbacks import test_duplicates as scenario
from tests.callback_sender.foreign_merchants import (
    PRICE,
    Answers,
    Merchant,
    Reply,
    Request,
    always,
    answers_first_and_locks,
    locks,
    plain,
    refuses_whatever_comes_at_once,
    refuses_when_once_seen,
)

AT_ONCE = scenario.test_twenty_callbacks_at_once_have_one_effect
IN_TURN = scenario.test_a_repeated_callback_has_no_second_effect


class Order:
    """An order of a merchant that hears of it without a network."""

    out_trade_no = "T1"

    def __init__(self, merchant: Merchant, form: str, issuer: Issuer) -> None:
        self._merchant, self._form, self._issuer = merchant, form, issuer

    def fault(self, *_: object, **__: object) -> None:
        """Nobody tells of it but the scenario."""

    def pay(self) -> None:
        """Its platform has the money; the merchant is told once, where nothing keeps that from it."""

    def deliver(self, headers: Iterable[tuple[str, str]], body: bytes) -> CallbackAnswer:
        lines = {name.lower(): [value] for name, value in headers}
        reply = self._merchant.answers(self._merchant, Request(lines, body, self._form, self._issuer))
        rules = callback_form(self._form).redelivery
        return CallbackAnswer(status=reply.status, body=reply.body, duration_s=0.0, rules=rules)


class Journal:
    """What is written down."""

    def observe(self, said: str) -> None:
        assert said

    def step(self, said: str) -> Journal:
        assert said
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """The step is over."""


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    key = keys.generate()
    return Issuer("PUB_KEY_ID_1", key, "k" * 32, key, alipay_private_key=key, appid="wx1")


@pytest.mark.parametrize("wire", ["apiv3", "alipay"])
@pytest.mark.parametrize(
    ("played", "answers", "why"),
    [
        (AT_ONCE, plain, None),
        (AT_ONCE, locks(Reply(503)), None),
        (AT_ONCE, answers_first_and_locks, None),
        (AT_ONCE, refuses_when_once_seen, "a copy alone, after the others"),
        (AT_ONCE, refuses_whatever_comes_at_once, "a copy alone, after the others"),
        (AT_ONCE, always(Reply(500)), "none taken over"),
        (IN_TURN, plain, None),
        (IN_TURN, answers_first_and_locks, None),
        (IN_TURN, refuses_when_once_seen, "must be accepted again"),
        (IN_TURN, refuses_whatever_comes_at_once, "must be accepted again"),
    ],
)
def test_who_refuses_while_it_books_is_let_through_and_who_refuses_for_good_is_not(
    monkeypatch: pytest.MonkeyPatch,
    issuer: Issuer,
    wire: str,
    played: Callable[..., None],
    answers: Answers,
    why: str | None,
) -> None:
    merchant = Merchant(answers)
    form = form_of(dialect(wire).callbacks)
    moment = datetime(2026, 11, 30, tzinfo=UTC)
    payment = Payment(
        out_trade_no="T1",
        transaction_id="4200001234202611231234567890",
        total=Fen(PRICE),
        appid="wx1",
        account="1900007291",
        payer="somebody",
        subject="tea",
        paid=moment,
    )
    looked: list[object] = []
    monkeypatch.setattr(scenario, "expect_paid_once_for_good", lambda order, journal: looked.append(order))
    monkeypatch.setattr(scenario, "alone_afterwards", partial(alone_afterwards, pause=merchant.release))

    class Orders:
        def place(self, yuan: str) -> Order:
            assert yuan == "19.90"
            return Order(merchant, form.row.id, issuer)

    class Levers:
        def notification(self, number: str) -> object:
            assert number == "T1"
            return form.made_up.payment(payment)

    play = partial(
        inspect.unwrap(played),
        orders=Orders(),
        issuer=issuer,
        levers=Levers(),
        dialect=wire,
        journal=Journal(),
    )
    if why is None:
        play()
    else:
        with pytest.raises(AssertionError, match=why):
            play()
    assert len(looked) == 1
