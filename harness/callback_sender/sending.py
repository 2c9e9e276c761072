"""Sends callbacks in turn, as the platform sends, and says of each whether the answer was careful."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from math import inf
from time import monotonic, sleep

import httpx

from harness.callback_sender.machine import ThisMachine
from harness.callback_sender.order import CallbackOrder
from harness.callback_sender.sendable import Sendable
from harness.callback_sender.verdicts import Answer, Delivery, Sent, Why, delivery, to_be_sent_alone
from harness.callbacks.answers import FIRST_RESEND_S, Expected, Verdict, alone_afterwards
from harness.callbacks.callback import Callback
from harness.core.bounded_http import BoundedClient
from harness.core.no_answer import reason_of
from harness.core.trust import public_roots

GIVES_UP_AFTER = 3
"""Sent in a row to which nothing came: whoever hangs would hold a hundred of them for ten minutes."""
LONGEST_ANSWER = 64 * 1024
"""More of an answer than this is not read; nothing that long is what a form wants to read."""


def send(
    sendables: Sequence[Sendable],
    order: CallbackOrder,
    url: str,
    *,
    roots: ssl.SSLContext | None = None,
    tell: Callable[[Sent], None] = lambda sent: None,
    pause: Callable[[float], None] = sleep,
) -> list[Sent]:
    """Send all of it; ends early where nobody is there, or nothing came three times in a row.

    Args:
        url: of this machine: see `machine.target`. Whatever else it is, nothing is sent there.
        roots: whose certificates are believed; None: those of everybody.
        tell: hears of each as soon as it is over.
        pause: waits between copies that are sent alone.

    Raises:
        UsageError: one of them cannot be made of that order; nothing was sent.
    """
    for sendable in sendables:
        sendable.ready(order)
    done: list[Sent] = []
    unheard, last_taken = 0, -inf
    for sendable in sendables:
        sent = _sent(sendable, order, url, roots=roots, last_taken=last_taken, pause=pause)
        done.append(sent)
        tell(sent)
        if sent.expected is Expected.TAKEN_OVER and any(each.taken for each in sent.every):
            last_taken = monotonic()
        unheard = unheard + 1 if all(each.answer.status is None for each in sent.deliveries) else 0
        if unheard == GIVES_UP_AFTER or sent.verdict is Verdict.UNREACHED:
            break
    return done


def _sent(
    sendable: Sendable,
    order: CallbackOrder,
    url: str,
    *,
    roots: ssl.SSLContext | None,
    last_taken: float,
    pause: Callable[[float], None],
) -> Sent:
    """Send one thing, and a copy by itself where that has to decide.

    Args:
        last_taken: when the merchant last took a callback of this payment over; before all time: it has not.
    """
    heard = monotonic() - last_taken < FIRST_RESEND_S
    expected, rules = sendable.expects(order), order.form.row.redelivery
    made = sendable.made(order)
    asked_before = order.questions() if order.questions else 0

    def answered(callback: Callback) -> tuple[Callback, Answer]:
        return callback, post(url, callback, limit_s=rules.answer_s, roots=roots)

    def judge(came: Sequence[tuple[Callback, Answer]], *, believed: bool) -> tuple[Delivery, ...]:
        plainly = tuple(delivery(*each, expected, rules) for each in came)
        if all(each.taken for each in plainly):
            return plainly
        believed = believed or any(each.taken for each in plainly)
        doubt = _doubt(sendable, order, asked_before, believed=believed)
        return tuple(delivery(*each, expected, rules, doubt=doubt) for each in came)

    def again() -> Delivery:
        (found,) = judge([answered(next(made, None) or next(sendable.made(order)))], believed=True)
        return found

    if sendable.at_once:
        callbacks = list(islice(made, sendable.count))  # signed beforehand: they are to arrive together
        with ThreadPoolExecutor(sendable.count) as pool:
            came = list(pool.map(answered, callbacks))
    else:
        came = [answered(each) for each in islice(made, sendable.count)]
    deliveries = judge(came, believed=last_taken > -inf)
    afterwards: list[Delivery] = []
    if expected is Expected.TAKEN_OVER and to_be_sent_alone(
        deliveries, at_once=sendable.at_once, heard=heard
    ):
        # Who books one after the other may still be busy with the copies that nobody waits for any more.
        quickest_s = min((each.answer.duration_s for each in deliveries if each.taken), default=0.0)
        afterwards = alone_afterwards(
            again,
            lambda each: each.taken or not each.answer.reached,
            within_s=max(FIRST_RESEND_S, len(deliveries) * quickest_s),
            pause=pause,
        )
    return Sent(sendable, expected, deliveries, tuple(afterwards))


def _doubt(sendable: Sendable, order: CallbackOrder, asked_before: int, *, believed: bool) -> Why | None:
    """Why a careful merchant may refuse it: it asked the platform, which tells something else.

    Args:
        believed: whether it took the same payment over before, whatever a platform says.
    """
    told_alike = sendable.as_it_was if order.standing == "paid" else believed
    if told_alike:
        return None
    if order.questions is None:
        return Why.UNSEEN
    return Why.ASKED if order.questions() > asked_before else None


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
            return Answer(None, monotonic() - began, error=why, late=True, asked=asked)
        except httpx.TransportError as failure:
            why = f"{type(failure).__name__}: {reason_of(failure)}"
            reached = not isinstance(failure, httpx.ConnectError)
            return Answer(None, monotonic() - began, error=why, reached=reached, asked=asked)
        took = monotonic() - began
    headers = tuple(answer.headers.multi_items())
    return Answer(answer.status_code, took, headers, answer.content, asked=asked)
