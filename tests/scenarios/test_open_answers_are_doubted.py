"""CBK-01 passes no judgement where no document says how a platform reads an answer, or how long it waits."""

from __future__ import annotations

import inspect
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

import pytest

from scenarios.callbacks import test_genuine as scenario


@dataclass(frozen=True)
class Order:
    """An order whose callback was answered so; it is its own audit, and its own only delivery."""

    status: int | None
    duration_s: float = 0.1
    accepted: bool = False
    error: str = "none came"

    def pay(self) -> None:
        """It is."""

    def place(self, yuan: str) -> Order:
        assert yuan == "19.90"
        return self

    def audit(self) -> Order:
        return self

    @property
    def deliveries(self) -> list[Order]:
        return [self]


@dataclass
class Journal:
    """What is written down."""

    doubts: list[str] = field(default_factory=list)

    def observe(self, said: str) -> None:
        assert said

    def doubt(self, said: str) -> None:
        self.doubts.append(said)

    def step(self, said: str) -> AbstractContextManager[None]:
        assert said
        return nullcontext()


@pytest.mark.parametrize(
    ("wire", "order", "ends"),
    [
        ("apiv3", Order(204, accepted=True), "pass"),
        ("apiv3", Order(201), "fail"),
        ("apiv3", Order(302), "fail"),
        ("apiv3", Order(None, 5.1), "fail"),
        ("envelope", Order(200, accepted=True), "pass"),
        ("envelope", Order(201), "doubt"),
        ("envelope", Order(500), "fail"),
        ("envelope", Order(None, 5.1), "doubt"),
        ("alipay", Order(200, accepted=True), "pass"),
        ("alipay", Order(200), "fail"),
        ("alipay", Order(302), "fail"),
        ("alipay", Order(None, 0.1), "fail"),
        ("alipay", Order(None, 10.1), "doubt"),
    ],
)
def test_what_no_document_says_is_doubted(
    monkeypatch: pytest.MonkeyPatch, wire: str, order: Order, ends: str
) -> None:
    paid: list[object] = []
    monkeypatch.setattr(scenario, "expect_paid", lambda order, journal: paid.append(order))
    journal = Journal()
    play = inspect.unwrap(scenario.test_a_genuine_callback_pays_the_order_once)
    if ends == "fail":
        with pytest.raises(AssertionError):
            play(orders=order, dialect=wire, journal=journal)
    else:
        play(orders=order, dialect=wire, journal=journal)
    assert (bool(paid), bool(journal.doubts)) == (ends == "pass", ends == "doubt")
