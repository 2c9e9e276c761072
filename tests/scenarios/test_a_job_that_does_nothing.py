"""A lost callback made up for by whoever looks at the order says nothing of the query job."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.merchant.observer import MerchantOrder
from harness.plugin import Journal
from scenarios.queries.test_lost_callback import test_a_lost_callback_is_made_up_for_by_a_query as judge

ASKED = Fen(1990)


@dataclass
class App:
    """One order of an app whose page asks the platform, and whose job asks it at once, late or never."""

    job_asks_after: int | None
    asked: Fen = ASKED
    by_time: bool = False
    waited: int = 0
    events: list[Any] = field(default_factory=list)

    def place(self, amount_yuan: str) -> App:
        assert amount_yuan == self.asked.yuan
        return self

    def fault(self, *_: object, **__: object) -> None:
        """The callback is lost."""

    def pay(self) -> None:
        self.events.append(SimpleNamespace(kind="paid"))

    def along(self, _: Sequence[float]) -> Iterator[str]:
        self._go_on()
        yield "its query job ran"

    def wait(self, _: float) -> None:
        self.waited += 1
        self._go_on()

    def _go_on(self) -> None:
        if self.waited == self.job_asks_after:
            self.events.append(SimpleNamespace(kind="queried"))

    def audit(self) -> SimpleNamespace:
        return SimpleNamespace(events=self.events, total=self.asked)

    def kept(self) -> MerchantOrder:
        self.events.append(SimpleNamespace(kind="queried"))
        told = {"out_trade_no": "N1", "status": "paid", "paid_amount": 1990, "credits": 1}
        return MerchantOrder.model_validate(told)


def judged(app: App) -> Journal:
    journal, played = Journal(cast("Any", None), "QRY-02"), cast("Any", app)
    judge(played, played, journal)
    return journal


def test_a_page_that_asks_proves_nothing_of_a_job_that_does_not() -> None:
    with pytest.raises(NotExercised, match="asked the platform nothing"):
        judged(App(job_asks_after=None))


@pytest.mark.parametrize("after", [0, 3], ids=["before it answers", "later"])
def test_a_job_that_asks_is_judged_and_its_schedule_is_not(after: int) -> None:
    assert judged(App(job_asks_after=after)).limits == [
        "the schedule on which the query job runs was not looked at: it was made to run"
    ]
