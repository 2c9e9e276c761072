"""Orders of a running simulator: what they tell, and the attempts it has made to tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from harness.callback_sender.order import CallbackOrder, Notice
from harness.callbacks.forms import form_of
from harness.callbacks.issuers import issuer_of
from harness.core.dialects import dialect
from harness.core.errors import UsageError
from harness.core.money import Fen
from harness.core.payment import RefundStatus
from harness.levers.client import LeverRefused, LeversClient
from harness.levers.models import Delivery, OrderAudit

_LOOKED_AT = 20
"""Orders at most that are looked at for another payment, which replays are made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt of the simulator to tell a merchant something."""

    out_trade_no: str
    out_refund_no: str
    """Empty: it told of the payment."""
    notify_url: str
    delivery: Delivery

    @property
    def id(self) -> str:
        """What `resend` takes: `ORDER#ATTEMPT`, of a refund `ORDER/REFUND#ATTEMPT`."""
        refund = f"/{self.out_refund_no}" if self.out_refund_no else ""
        return f"{self.out_trade_no}{refund}#{self.delivery.attempt}"


def order_of_simulator(levers: LeversClient, out_trade_no: str | None, *, late_s: int) -> CallbackOrder:
    """An order of the simulator; of one that is not paid, as if its payer just had.

    It asks the levers how its merchant behaves, so they are to stay open as long as it is used.

    Args:
        out_trade_no: None: the newest.

    Raises:
        UsageError: there is no such order, or none at all.
        EnvironmentUnreachable: no simulator answers.
    """
    numbers = levers.orders()
    if not numbers:
        raise UsageError(
            "the simulator has no order yet",
            where="golive callback",
            remedy="let your app place one, or make one up: --file ORDER.yaml",
        )
    audit = _audit(levers, numbers[-1] if out_trade_no is None else out_trade_no)
    number = audit.out_trade_no
    try:
        resource, paid = levers.notification(number), True
    except LeverRefused as refused:
        if refused.reason != "not-paid":
            raise
        resource, paid = levers.notification(number, as_if_paid=True), False
    return CallbackOrder(
        form=form_of(dialect(audit.dialect).callbacks),
        issuer=issuer_of(levers.keys()),
        out_trade_no=number,
        resource=resource,
        notify_url=audit.notify_url,
        source=levers.platform,
        standing="paid" if paid else "unpaid",
        late_s=late_s,
        refunds=_refunds(levers, audit),
        earlier=_earlier(levers, numbers, audit),
        questions=lambda: sum(each.kind == "queried" for each in levers.audit(number).events),
    )


def _audit(levers: LeversClient, number: str) -> OrderAudit:
    try:
        if number.strip("."):  # else it is no segment of an address
            return levers.audit(number)
    except LeverRefused as refused:
        if refused.reason != "unknown":
            raise
    raise UsageError(
        f"the simulator has no order {number[:80]!r}",
        where="golive callback",
        remedy="name one that your app placed there since it was started",
    )


def _refunds(levers: LeversClient, audit: OrderAudit) -> dict[str, Notice]:
    """The newest of each kind that has ended."""
    found: dict[str, Notice] = {}
    for each in audit.refunds:
        if each.status != RefundStatus.PROCESSING:
            resource = levers.refund_notification(each.out_refund_no)
            whole = Fen(each.refund) == audit.total
            found["whole" if whole else "part"] = Notice(
                resource=resource, event_type=f"REFUND.{each.status}"
            )
    return found


def _earlier(levers: LeversClient, numbers: list[str], audit: OrderAudit) -> dict[str, object]:
    """What is told of another payment in the same form; empty where there is none."""
    form = dialect(audit.dialect).callbacks
    for number in islice(reversed([each for each in numbers if each != audit.out_trade_no]), _LOOKED_AT):
        try:
            told = levers.notification(number)
        except LeverRefused:
            continue  # not paid
        if dialect(levers.audit(number).dialect).callbacks == form:
            return told
    return {}


def attempts(levers: LeversClient, out_trade_no: str | None) -> Iterator[Attempt]:
    """Those of one order, or of every one: the newest order first, and of each the newest attempt."""
    for number in reversed(levers.orders()) if out_trade_no is None else [out_trade_no]:
        yield from sorted(_of(_audit(levers, number)), key=lambda each: each.delivery.sent, reverse=True)


def _of(audit: OrderAudit) -> Iterator[Attempt]:
    for each in audit.deliveries:
        yield Attempt(
            out_trade_no=audit.out_trade_no, out_refund_no="", notify_url=audit.notify_url, delivery=each
        )
    for refund in audit.refunds:
        for each in refund.deliveries:
            yield Attempt(
                out_trade_no=audit.out_trade_no,
                out_refund_no=refund.out_refund_no,
                notify_url=refund.notify_url or audit.notify_url,
                delivery=each,
            )


def attempt_called(levers: LeversClient, id_: str) -> Attempt:
    """The attempt of that id.

    Raises:
        UsageError: there is none.
    """
    about, mark, count = id_.rpartition("#")
    number = about.partition("/")[0]
    if mark and count.isdecimal():
        for each in attempts(levers, number):
            if each.id == id_:
                return each
    raise UsageError(
        f"the simulator has made no attempt {id_[:120]!r}",
        where="golive callback resend",
        remedy="golive callback list --attempts names those it has made",
    )


def told_by(levers: LeversClient, order: CallbackOrder, attempt: Attempt) -> Notice:
    """What an attempt told: of the payment, or of the refund that it names."""
    if not attempt.out_refund_no:
        return order.payment
    resource = levers.refund_notification(attempt.out_refund_no)
    status = levers.refund(attempt.out_refund_no).status
    return Notice(resource=resource, event_type=f"REFUND.{status}")


def resent(levers: LeversClient, attempt: Attempt) -> Attempt:
    """The same notification once more, genuinely and signed anew, outside of its ladder."""
    if attempt.out_refund_no:
        delivery = levers.redeliver_refund(attempt.out_refund_no)
    else:
        delivery = levers.redeliver(attempt.out_trade_no)
    return Attempt(
        out_trade_no=attempt.out_trade_no,
        out_refund_no=attempt.out_refund_no,
        notify_url=attempt.notify_url,
        delivery=delivery,
    )
