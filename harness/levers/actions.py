"""Everything that a test can make go wrong, action by action: what it must say, and what comes of it.

A row is all there is to an action. Faults are checked against it when they are written down; the simulator's
wires carry it out on the request it hits, its notifier on the callback.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Signature = Literal["genuine", "wrong", "probe"]
Forgery = Literal["unsigned", "another-key", "tampered", "stale"]
"""How an answer is signed that says what the platform does not: not at all, by a key that is not the
platform's, for what the platform said, or truly but an hour ago, as one that somebody kept."""
FORGERIES: tuple[Forgery, ...] = get_args(Forgery)
FORGED_CODE = "weixin://wxpay/bizpayurl?pr=F0rg3dAnsw"
"""The code in a forged answer to an order: whoever shows it believed the answer."""


class Request(Protocol):
    """The request that a fault hits, in the hands of the wire it came on."""

    async def hang_up(self, *, reset: bool = False) -> None:
        """Close the connection without a word; `reset`: with a TCP RST."""
        ...

    async def gone(self, within_s: float) -> bool:
        """Whether whoever asked has gone away, now or within so many seconds."""
        ...

    def refusal(self, status: int) -> Exception:
        """What to raise for an HTTP status with a body such as this wire's platform writes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One way to go wrong. What a row does not say happens as it should."""

    takes: tuple[type, ...] = ()
    """What kinds of `value` it demands; none: there must be no value."""
    fits: Callable[[Any], bool] = lambda value: True
    limits: str = ""
    """What `fits` wants, in words."""
    only: tuple[str, ...] = ()
    """The operations that it exists for; none: all."""
    before: Callable[[Request, Any], Awaitable[bool]] | None = None
    """Done before anything else happens to a request; whether that was the end of it."""
    answer: Callable[[Request, Send, Any], Send] | None = None
    """Takes the answer's messages instead of the connection."""
    signature: Signature = "genuine"
    """What an answer or a callback is signed with."""
    forged: bool = False
    """Whether the answer says what the platform does not: another code, or that the order is paid. `value` is
    one of `FORGERIES`."""
    state: bool = False
    """Whether the answer says `value` of the order's state."""
    late_status: bool = False
    """Whether the effect happens, and the answer is the HTTP status `value` all the same."""
    refund_ends: bool = False
    """Whether an accepted refund becomes `value` in time."""
    old_form: bool = False
    """Whether a callback comes in the form of before, where its form had one."""
    callback: Literal["sent", "late", "lost", "unheard"] = "sent"
    """What becomes of a callback's attempt; `unheard`: it arrives, and its answer does not."""


async def _close(request: Request, value: Any) -> bool:
    await request.hang_up()
    return True


async def _reset(request: Request, value: Any) -> bool:
    await request.hang_up(reset=True)
    return True


async def _status(request: Request, value: Any) -> bool:
    raise request.refusal(int(value))


async def _delay(request: Request, value: Any) -> bool:
    await asyncio.sleep(float(value))
    return False


def _unheard(request: Request, send: Send, value: Any) -> Send:
    async def swallow(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            await request.hang_up()

    return swallow


def _trickling(request: Request, send: Send, value: Any) -> Send:
    """The body comes byte by byte, over `value` seconds in all: no wait between two of them is long."""

    async def trickle(message: MutableMapping[str, Any]) -> None:
        body: bytes = message.get("body", b"")
        for place in range(len(body) - 1):
            await send({"type": message["type"], "body": body[place : place + 1], "more_body": True})
            if await request.gone(float(value) / len(body)):
                return
        await send({**message, "body": body[-1:]} if body else message)

    return trickle


ACTIONS: Mapping[str, Action] = {
    # Closes, or resets, the connection before anything happens.
    "refuse": Action(before=_close, callback="lost"),
    "reset": Action(before=_reset, callback="lost"),
    # Answers an HTTP status with a platform-shaped body and no effect.
    "status": Action(
        takes=(int,),
        fits=lambda value: value == 202 or 400 <= value <= 599,
        limits="answers 202 or 400 to 599",
        before=_status,
    ),
    # Waits so many seconds first; a callback's attempt moves on business time.
    "delay": Action(
        takes=(int, float),
        fits=lambda value: 0 <= value <= 600,
        limits="waits 0 to 600 seconds",
        before=_delay,
        callback="late",
    ),
    # Lets the effect happen; the body of the answer takes so many seconds, byte by byte.
    "trickle": Action(
        takes=(int, float),
        fits=lambda value: 0 <= value <= 600,
        limits="lasts 0 to 600 seconds",
        answer=_trickling,
    ),
    # Lets the effect happen and closes the connection without an answer.
    "drop_after_acceptance": Action(answer=_unheard, callback="unheard"),
    # Spoils the signature of an answer or a callback.
    "wrong_signature": Action(signature="wrong"),
    "probe_signature": Action(signature="probe"),
    # Says in a 200 what the platform does not: another code, or that the order is paid; `value` says by
    # which signature.
    "forged_answer": Action(
        takes=(str,),
        fits=lambda value: value in FORGERIES,
        limits=f"is one of {', '.join(FORGERIES)}",
        forged=True,
    ),
    # Counts a callback's attempt and sends nothing.
    "lost": Action(only=("notify", "refund-notify"), callback="lost"),
    # Tells of a refund in the unsigned XML of before API v3 (facts 3.7), where the form had one.
    "old_form": Action(only=("refund-notify",), old_form=True),
    # Puts a text into a truly signed query answer.
    "trade_state": Action(takes=(str,), only=("query",), state=True),
    # Accepts a refund and answers an HTTP status with a platform-shaped body all the same.
    "status_after_acceptance": Action(
        takes=(int,),
        fits=lambda value: 400 <= value <= 599,
        limits="answers 400 to 599",
        only=("refund",),
        late_status=True,
    ),
    # Accepts a refund that becomes this in time; of PROCESSING nothing becomes.
    "refund_ends": Action(
        takes=(str,),
        fits=lambda value: value in ("ABNORMAL", "CLOSED", "PROCESSING"),
        limits="is ABNORMAL, CLOSED or PROCESSING",
        only=("refund",),
        refund_ends=True,
    ),
}


def why_not(name: str, operation: str, value: object) -> str | None:
    """What is wrong with a fault of this action; None when it can be switched on."""
    action = ACTIONS.get(name)
    if action is None:
        return f"there is no action {name}: one of {', '.join(ACTIONS)}"
    if not action.takes and value is not None:
        return f"action {name} takes no value"
    if action.takes and (not isinstance(value, action.takes) or isinstance(value, bool)):
        return f"action {name} needs a value of type {action.takes[-1].__name__}"
    if not action.fits(value):
        return f"a {name} fault {action.limits}"
    if action.only and operation not in action.only:
        return f"action {name} exists for operation {' and '.join(action.only)} only"
    return None
