"""What the bill has and the books have not, and the other way round, is raised one by one (C34)."""

from __future__ import annotations

from datetime import time

from harness.core.money import Fen
from harness.core.payment import Provider
from harness.levers.models import BillChange
from harness.plugin import Journal, Reconciliations, control

HALF_PAST_TEN = time(10, 30)


@control("RCN-02")
def test_each_difference_is_raised_and_nothing_else(
    reconciliations: Reconciliations, journal: Journal
) -> None:
    lacking, changed, right = (reconciliations.paid(yuan) for yuan in ("19.90", "5.00", "8.80"))
    refund = reconciliations.refund(right)
    planted = {
        lacking.out_trade_no: "which the bill has not",
        f"{lacking.out_trade_no[:-4]}none": "which nobody here knows",
        changed.out_trade_no: "of another amount",
    }
    missing_there, missing_here, differing = planted
    if refund is not None:
        planted[refund.out_refund_no] = "a refund which the bill has not"
    else:
        journal.limit("refunds were not compared: the app gives nothing back")
    with journal.step("the bill tells something else than the books"):
        reconciliations.change(
            BillChange(
                lacks=frozenset({missing_there, *([refund.out_refund_no] if refund else [])}),
                adds={missing_here: Fen(990)},
                amounts={differing: Fen(changed.audit().total + 1)},
            )
        )
        reconciliations.next_morning(HALF_PAST_TEN)
        stands = reconciliations.run()
        reconciliations.require_asked()
        journal.observe(stands.told)
    assert stands.done, "a bill that differs from the books is not compared"
    for number, what in planted.items():
        assert number in stands.differences, f"{number}, {what}, is not raised"
    more = sorted(stands.differences - planted.keys())
    assert not more, f"what agrees is raised as well: {', '.join(more)}"


@control("RCN-02", provider=Provider.WECHAT)
def test_a_day_that_agrees_raises_nothing(reconciliations: Reconciliations, journal: Journal) -> None:
    reconciliations.refund(reconciliations.paid())
    reconciliations.next_morning(HALF_PAST_TEN)
    stands = reconciliations.run()
    reconciliations.require_asked()
    journal.observe(stands.told)
    assert stands.done, "the bill is there, and the day is not done with"
    raised = sorted(stands.differences)
    assert not raised, f"bill and books agree, and differences are raised: {', '.join(raised)}"
