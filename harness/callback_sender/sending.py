"""Sends callbacks in turn, as the platform sends, and says of each whether the answer was careful."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

import httpx

from harness.callback_sender.machine import ThisMachine
from harness.callback_sender.order import CallbackOrder
from harness.callback_sender.sendable import COPIES, Expected, Sendable
from harness.callbacks.callback import Callback
from harness.core.bounded_http import BoundedClient
from harness.core.no_answer import reason_of
from harness.core.redelivery import Redelivery
from harness.core.trust import public_roots

GIVES_UP_AFTER = 3
"""Sent in a row to which nothing came: whoever hangs would hold a hundred of them for ten minutes."""
LONGEST_ANSWER = 64 * 1024
"""More of an answer than this is not read; nothing that long is what a form wants to read."""


class Verdict(StrEnum):
    """Whether a careful merchant answers so."""

    CAREFUL = "careful"
    CARELESS = "careless"
    """No, or not in time, or with something that is no answer."""
    UNREACHED = "unreached"
    """Nobody was there: nothing was sent."""


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
    asked: tuple[tuple[str, str], ...] = ()
    """The headers of the request as they went, the HTTP client's own among them."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One callback as it was sent, and what came back."""

    callback: Callback
    answer: Answer
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one sendable."""

    sendable: Sendable
    expected: Expected
    deliveries: tuple[Delivery, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its deliveries."""
        every = {each.verdict for each in self.deliveries}
        return next(each for each in (Verdict.UNREACHED, Verdict.CARELESS, Verdict.CAREFUL) if each in every)


def judged(expected: Expected, answer: Answer, rules: Redelivery) -> Verdict:
    """Whether a careful merchant answers so; one that answers nothing, or too late, never is."""
    if not answer.reached:
        return Verdict.UNREACHED
    if answer.status is None:
        return Verdict.CARELESS
    if expected is Expected.TAKEN_OVER:
        careful = rules.taken_over(answer.status, answer.body)
    else:
        careful = expected is Expected.ANY or rules.refused(answer.status, answer.body)
    return Verdict.CAREFUL if careful else Verdict.CARELESS


def send(
    sendables: Sequence[Sendable],
    order: CallbackOrder,
    url: str,
    *,
    roots: ssl.SSLContext | None = None,
    tell: Callable[[Sent], None] = lambda sent: None,
) -> list[Sent]:
    """Send all of it; ends early where nobody is there, or nothing came three times in a row.

    Args:
        url: of this machine: see `machine.target`. Whatever else it is, nothing is sent there.
        roots: whose certificates are believed; None: those of everybody.
        tell: hears of each as soon as it is over.

    Raises:
        UsageError: one of them cannot be made of that order; nothing was sent.
    """
    for sendable in sendables:
        sendable.ready(order)
    rules = order.form.row.redelivery
    done: list[Sent] = []
    unheard = 0
    for sendable in sendables:
        expected = sendable.expects(order)

        def deliver(callback: Callback, expected: Expected = expected) -> Delivery:
            answer = post(url, callback, limit_s=rules.answer_s, roots=roots)
            return Delivery(callback, answer, judged(expected, answer, rules))

        if sendable.at_once:
            callbacks = list(sendable.made(order))  # signed beforehand: they are to arrive together
            with ThreadPoolExecutor(COPIES) as pool:
                deliveries = list(pool.map(deliver, callbacks))
        else:
            deliveries = [deliver(each) for each in sendable.made(order)]
        sent = Sent(sendable, expected, tuple(deliveries))
        done.append(sent)
        tell(sent)
        unheard = unheard + 1 if all(each.answer.status is None for each in deliveries) else 0
        if unheard == GIVES_UP_AFTER or sent.verdict is Verdict.UNREACHED:
            break
    return done


def post(url: str, callback: Callback, *, limit_s: float, roots: ssl.SSLContext | None = None) -> Answer:
    """Post one callback to this machine, on a connection of its own; what the far side does never raises.

    Args:
        limit_s: how long all of it may take.
        roots: whose certificates are believed; None: those of everybody.
    """
    with BoundedClient(
        limit_s=limit_s,
        enough=lambda headers, body: len(body) >= LONGEST_ANSWER,
        network=ThisMachine(),
        verify=roots or public_roots(),
        trust_env=False,
    ) as client:
        del client.headers["Accept-Encoding"]  # the platform's sender offers no compression (facts 5.2)
        request = client.build_request("POST", url, headers=list(callback.headers), content=callback.body)
        asked = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw
        )
        began = monotonic()
        try:
            answer = client.send(request)
        except httpx.TimeoutException:
            why = f"no complete answer within {limit_s:g} s"
            return Answer(None, monotonic() - began, error=why, asked=asked)
        except httpx.TransportError as failure:
            why = f"{type(failure).__name__}: {reason_of(failure)}"
            reached = not isinstance(failure, httpx.ConnectError)
            return Answer(None, monotonic() - began, error=why, reached=reached, asked=asked)
        took = monotonic() - began
    headers = tuple(answer.headers.multi_items())
    return Answer(answer.status_code, took, headers, answer.content, asked=asked)


def exit_code(sent: Sequence[Sent], asked: int) -> int:
    """0: every answer was a careful one. 1: one was not, or the merchant was gone before the end. 3: nobody
    was there at all.

    Args:
        asked: how many were to be sent.
    """
    verdicts = {each.verdict for each in sent}
    if verdicts == {Verdict.UNREACHED}:
        return 3
    return 0 if verdicts == {Verdict.CAREFUL} and len(sent) == asked else 1
