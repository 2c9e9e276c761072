"""What a payment by phone has to come to."""

from __future__ import annotations

from collections.abc import Sequence

from harness.core.errors import NotAnswered
from harness.core.payment import Provider
from harness.plugin import Journal
from harness.plugin.attended.desk import Answer
from harness.plugin.attended.ordering import PRODUCTS
from harness.plugin.attended.payment import PhonePayment


def expect_paid_as_asked(payment: PhonePayment, journal: Journal) -> None:
    """The platform says paid: this amount, in this way.

    Raises:
        NotAnswered: nobody paid.
    """
    ordered, watched = payment.ordered, payment.watched
    found = watched.transaction
    if found is None:
        gone = f"{watched.waited_s:.0f} s"
        raise NotAnswered(
            f"nobody paid within {gone}: the platform says {watched.state or 'nothing'}; "
            + (
                f"the order may still be open: {payment.left_open}"
                if payment.left_open
                else "the order is closed"
            ),
            where=ordered.number,
            remedy="pay before the time is over, or allow more with --wait",
        )
    assert found.total in (None, ordered.amount), (
        f"{ordered.amount} fen were asked for, and the platform says that {found.total} fen were paid"
    )
    wanted = PRODUCTS[payment.way].trade_type
    if payment.provider is Provider.WECHAT and found.trade_type is not None:
        journal.observe(f"the platform calls it {found.trade_type}")
        assert found.trade_type == wanted, f"it was paid as {found.trade_type}, and not as {wanted}"
    if watched.troubles:
        journal.warn(
            f"the platform left {len(watched.troubles)} queries without a good answer: {watched.troubles[0]}"
        )


def expect_seen(answers: Sequence[Answer]) -> None:
    """The person saw all of it.

    Raises:
        NotAnswered: they did not say.
    """
    for answer in answers:
        assert answer.said is not False, f"{answer.by} answered no: {answer.asked.en}"
    open_ = [answer.asked.en for answer in answers if answer.said is None]
    if open_:
        raise NotAnswered(
            f"nobody answered: {' '.join(open_)}",
            where="golive pay",
            remedy="answer y or n, and say who answers (--by)",
        )
