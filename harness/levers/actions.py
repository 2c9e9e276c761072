"""Everything that a test can make go wrong, action by action: what it must say, and what comes of it.

A row is all there is to an action. Faults are checked against it when they are written down; the simulator's
wires carry it out on the request it hits, its notifier on the callback.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal, Protocol, get_args

from harness.core.dialects import Telling
from harness.core.did_you_mean import did_you_mean

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Signature = Literal["genuine", "wrong", "probe", "unsigned", "stale", "unknown-serial"]
"""How a message is signed that says what the platform says; `stale`: truly, an hour ago."""
Forgery = Literal["unsigned", "another-key", "tampered", "stale"]
"""How an answer is signed that says what the platform does not: not at all, by a key that is not the
platform's, for what the platform said, or truly but an hour ago, as one that somebody kept."""
FORGERIES: tuple[Forgery, ...] = get_args(Forgery)
_Asked = Literal[
    "create",
    "query",
    "close",
    "refund",
    "refund-query",
    "abnormal-refund",
    "bill",
    "bill-download",
    "certificates",
    "echo",
    "any",
]
_Called = Literal["notify", "refund-notify"]
_Paid = Literal["pay"]
FaultOperation = Literal[_Asked, _Called, _Paid]
"""What a fault may be about."""
REQUESTS: tuple[FaultOperation, ...] = get_args(_Asked)
"""What a merchant asks; `any` is every one of them."""
CALLBACKS: tuple[FaultOperation, ...] = get_args(_Called)
"""What the platform sends: of a payment, and of how a refund ended."""
PAYING: FaultOperation = "pay"
"""A payer's attempt to pay, which no merchant asks for."""
_TOLD: tuple[FaultOperation, ...] = ("query", "refund-query", *CALLBACKS)
"""What tells of an order: amounts, and whose it is."""
LONGEST_S = 600
LONGEST_LATE_S = 24 * 3600
"""How late a callback may come, business time: the whole ladder is as long."""
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
    longest_late_s: float = 0.0
    """Of a callback, the seconds that `value` may be instead."""
    only: tuple[FaultOperation, ...] = ()
    """The operations that it exists for; none: all that are sent."""
    needs: Telling | None = None
    """What a message has to say for this to show in it: a wire or a form that does not say it is spared."""
    within: Literal["", "body", "members"] = ""
    """What an answer must have for this to show in it; a file has a body and no members."""
    alters: str = ""
    """Which truth in a truly signed answer or callback becomes another: `amount` `account` `members`."""
    paying: Literal["", "fails", "coupon"] = ""
    """What becomes of a payer's attempt; `coupon`: `value` fen of it are a coupon's."""
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
    callback: Literal["sent", "late", "lost", "unheard", "repeated", "overtaken"] = "sent"
    """What becomes of a callback's attempt; `unheard`: it arrives, and its answer does not; `repeated`: it is
    sent `value` times; `overtaken`: it waits until the merchant's next one was sent, at most `value` s."""


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


def _overdue(request: Request, send: Send, value: Any) -> Send:
    """Nothing comes for so long; to a client that is gone by then, nothing at all."""
    state = {"begun": False, "gone": False}

    async def late(message: MutableMapping[str, Any]) -> None:
        if not state["begun"]:
            state.update(begun=True, gone=await request.gone(float(value)))
        if not state["gone"]:
            await send(message)

    return late


def _trickling(request: Request, send: Send, value: Any) -> Send:
    """The body comes byte by byte, over `value` seconds in all: no wait between two of them is long.

    Waits are counted from the beginning: a clock of whole milliseconds would make of half a one none, or one.
    """
    state = {"began": 0.0, "sent": 0, "length": 0}

    async def trickle(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            state["length"] = int(dict(message.get("headers", ())).get(b"content-length", b"0"))
        body: bytes = message.get("body", b"")
        state["began"] = state["began"] or monotonic()
        length = state["length"] or len(body)
        for place in range(len(body) - 1):
            await send({"type": message["type"], "body": body[place : place + 1], "more_body": True})
            state["sent"] += 1
            due = state["began"] + float(value) * state["sent"] / length
            if await request.gone(max(due - monotonic(), 0.0)):
                return
        state["sent"] += len(body[-1:])
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
        only=REQUESTS,
        before=_status,
    ),
    # Waits so many seconds first; a callback's attempt moves on business time.
    "delay": Action(
        takes=(int, float),
        fits=lambda value: 0 <= value <= LONGEST_S,
        limits="waits 0 to 600 seconds, a callback's 0 to 86400",
        longest_late_s=LONGEST_LATE_S,
        before=_delay,
        callback="late",
    ),
    # Lets the effect happen; the body of the answer takes so many seconds, byte by byte.
    "trickle": Action(
        takes=(int, float),
        fits=lambda value: 0 <= value <= LONGEST_S,
        limits="lasts 0 to 600 seconds",
        only=REQUESTS,
        within="body",
        answer=_trickling,
    ),
    # Lets the effect happen and closes the connection without an answer.
    "drop_after_acceptance": Action(answer=_unheard, callback="unheard"),
    # Lets the effect happen; the answer begins so many seconds later, when most clients have gone.
    "timeout_after_acceptance": Action(
        takes=(int, float),
        fits=lambda value: 0 <= value <= LONGEST_S,
        limits="keeps its client waiting 0 to 600 seconds",
        only=REQUESTS,
        answer=_overdue,
    ),
    # Spoils the signature of an answer or a callback that says what the platform says.
    "wrong_signature": Action(signature="wrong", needs=Telling.SIGNATURE),
    "probe_signature": Action(signature="probe", needs=Telling.SIGNATURE),
    "unsigned": Action(signature="unsigned", needs=Telling.SIGNATURE),
    "stale_signature": Action(signature="stale", needs=Telling.MOMENT),
    "unknown_serial": Action(signature="unknown-serial", needs=Telling.SERIAL),
    # Alters one truth of an answer or a callback, and signs it truly: so many fen more or fewer, another
    # merchant's number, members that nobody knows.
    "wrong_amount": Action(
        takes=(int,),
        fits=lambda value: value != 0 and abs(value) <= 100_000_000,
        limits="tells 1 to 100000000 fen more, or fewer",
        only=_TOLD,
        alters="amount",
    ),
    "foreign_mchid": Action(only=_TOLD, needs=Telling.ACCOUNT, alters="account"),
    "unknown_members": Action(within="members", alters="members"),
    # Says in a 200 what the platform does not: another code, or that the order is paid; `value` says by
    # which signature.
    "forged_answer": Action(
        takes=(str,),
        fits=lambda value: value in FORGERIES,
        limits=f"is one of {', '.join(FORGERIES)}",
        only=REQUESTS,
        needs=Telling.SIGNATURE,
        forged=True,
    ),
    # Counts a callback's attempt and sends nothing.
    "lost": Action(only=CALLBACKS, callback="lost"),
    # Sends a callback so many times, one after another, each signed anew; the last answer is what counts.
    "duplicate": Action(
        takes=(int,),
        fits=lambda value: 2 <= value <= 50,
        limits="is sent 2 to 50 times",
        only=CALLBACKS,
        callback="repeated",
    ),
    # Holds a callback until the merchant's next one was sent, or so many seconds of business time.
    "reorder": Action(
        takes=(int, float),
        fits=lambda value: 0 < value <= LONGEST_LATE_S,
        limits="waits for the next one at most 86400 seconds",
        only=CALLBACKS,
        callback="overtaken",
    ),
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
        limits="is one of ABNORMAL, CLOSED, PROCESSING",
        only=("refund",),
        refund_ends=True,
    ),
    # A payer's attempt comes to nothing, or a coupon gives so many fen of it.
    "payment_fails": Action(only=(PAYING,), paying="fails"),
    "coupon": Action(
        takes=(int,),
        fits=lambda value: value >= 1,
        limits="gives at least 1 fen",
        only=(PAYING,),
        paying="coupon",
    ),
}


_KINDS: Mapping[type, str] = {int: "a whole number", float: "a number", str: "a text"}


def why_not(name: str, operation: str, value: object) -> str | None:
    """What is wrong with a fault of this action; None when it can be switched on."""
    action = ACTIONS.get(name)
    if action is None:
        return f"there is no action {name}: {did_you_mean(name, ACTIONS)}"
    return _wrong_value(name, action, operation, value) or _wrong_operation(name, action, operation)


def _wrong_value(name: str, action: Action, operation: str, value: Any) -> str | None:
    if not action.takes:
        return None if value is None else f"action {name} takes no value"
    if not isinstance(value, action.takes) or isinstance(value, bool):
        return f"action {name} needs as value {_KINDS[action.takes[-1]]}"
    late = action.longest_late_s if operation in CALLBACKS else 0.0
    fits: Callable[[Any], bool] = (lambda given: 0 <= given <= late) if late else action.fits
    return None if fits(value) else f"a {name} fault {action.limits}"


def _wrong_operation(name: str, action: Action, operation: str) -> str | None:
    only = action.only or (*REQUESTS, *CALLBACKS)
    if operation in only:
        return None
    if operation == PAYING:
        payers = " or ".join(each for each in ACTIONS if ACTIONS[each].paying)
        return f"action {name} is not what becomes of a payer's attempt: {payers}"
    if only == REQUESTS:
        return f"action {name} exists for what a merchant asks, and not for {operation}"
    return f"action {name} exists for operation {' and '.join(only)} only"
