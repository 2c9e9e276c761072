"""What came back of callbacks, and whether a careful merchant answers so.

Of what was sent several times, or while the merchant was still busy with the same order, an answer alone
decides nothing: a merchant that locks the order and refuses to wait is told again. There the last copy
decides, which was sent when nothing else was under way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.callback_sender.sendable import Sendable
from harness.callbacks import answers
from harness.callbacks.answers import Expected, Verdict
from harness.callbacks.callback import Callback
from harness.core.redelivery import Redelivery


class Why(StrEnum):
    """Why an answer is open."""

    EITHER = "either"
    """Either one will do."""
    ASKED = "asked"
    """The merchant asked the platform, which does not tell what the callback told."""
    UNSEEN = "unseen"
    """It may have asked one: nobody sees that of an order that was made up."""
    WAIT = "wait"
    """No document says how long this platform waits."""
    STATUS = "status"
    """No document says how this platform reads such an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one callback: a status, or the reason why there is none."""

    status: int | None
    duration_s: float
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    error: str = ""
    reached: bool = True
    """Whether anybody was there: without a connection nothing was sent."""
    late: bool = False
    """Whether time ran out."""
    asked: tuple[tuple[str, str], ...] = ()
    """The headers of the request as they went, the HTTP client's own among them."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One callback as it was sent, and what came back."""

    callback: Callback
    answer: Answer
    verdict: Verdict
    taken: bool = False
    """Whether the platform would send it no more."""
    why: Why | None = None
    """Why it is open."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one sendable."""

    sendable: Sendable
    expected: Expected
    deliveries: tuple[Delivery, ...]
    afterwards: tuple[Delivery, ...] = ()
    """Copies that were sent alone, when the others had been answered; the last decides."""

    @property
    def every(self) -> tuple[Delivery, ...]:
        """All that went out, in order."""
        return (*self.deliveries, *self.afterwards)

    @property
    def deciding(self) -> Delivery:
        """The worst of its deliveries, or the last of the copies afterwards."""
        if self.afterwards:
            return self.afterwards[-1]
        every = {each.verdict: each for each in reversed(self.deliveries)}
        if self.sendable.at_once and len(every) > 1:
            every.pop(Verdict.UNREACHED, None)  # some came through: nobody was gone
        return next(every[each] for each in reversed(Verdict) if each in every)

    @property
    def verdict(self) -> Verdict:
        """Whether a careful merchant answers so."""
        return self.deciding.verdict

    @property
    def undecided(self) -> bool:
        """Whether one answer was wanted, and nothing says whether it came."""
        return self.verdict is Verdict.OPEN and self.expected is not Expected.ANY


def judged(expected: Expected, answer: Answer, rules: Redelivery) -> Verdict:
    """Whether a careful merchant answers so; one that answers nothing, or too late, never is."""
    if not answer.reached:
        return Verdict.UNREACHED
    if answer.status is None:
        return Verdict.OPEN if answer.late and not rules.waits_as_documented else Verdict.CARELESS
    return answers.judged(expected, answer.status, answer.body, rules)


def delivery(
    callback: Callback, answer: Answer, expected: Expected, rules: Redelivery, *, doubt: Why | None = None
) -> Delivery:
    """What was sent and what came, judged.

    Args:
        doubt: why a careful merchant may refuse what is genuine; None: it may not.
    """
    verdict = judged(expected, answer, rules)
    taken = answer.status is not None and rules.taken_over(answer.status, answer.body)
    why = None
    if verdict is Verdict.OPEN:
        why = Why.WAIT if answer.status is None else Why.EITHER if expected is Expected.ANY else Why.STATUS
    elif (
        doubt is not None
        and verdict is Verdict.CARELESS
        and expected is Expected.TAKEN_OVER
        and answer.status is not None
        and rules.refused(answer.status, answer.body)
    ):
        verdict, why = Verdict.OPEN, doubt
    return Delivery(callback, answer, verdict, taken, why)


def to_be_sent_alone(deliveries: Sequence[Delivery], *, at_once: bool, heard: bool) -> bool:
    """Whether a copy alone has to decide: something was taken over before whatever was not.

    Args:
        at_once: whether all were under way together.
        heard: whether the merchant had taken over another callback of the same payment just before.
    """
    if at_once:
        return heard or any(each.taken for each in deliveries)
    for each in deliveries:
        if not each.taken and (not heard or not each.answer.reached):
            return False
        heard = heard or each.taken
    return not all(each.taken for each in deliveries)


def exit_code(sent: Iterable[Sent], asked: int) -> int:
    """0: every answer was a careful one, or either would do. 1: one was not, or the merchant was gone before
    the end. 2: of one nothing says whether it was. 3: nobody was there at all.

    Args:
        asked: how many were to be sent.
    """
    every = list(sent)
    verdicts = {each.verdict for each in every}
    if verdicts == {Verdict.UNREACHED}:
        return 3
    if not verdicts <= {Verdict.CAREFUL, Verdict.OPEN}:
        return 1
    if any(each.undecided for each in every):
        return 2
    return 0 if len(every) == asked else 1
