"""A request of any wire that a fault hits; what each action does stands in `harness.levers.actions`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Protocol, Self

from starlette.types import Message, Receive, Send

from harness.core.payment import RefundStatus
from harness.levers.actions import ACTIONS, FORGERIES, Forgery, Signature
from harness.levers.models import Fault
from harness.simulator.faults.altering import altered
from harness.simulator.wire.kit.errors import Refusal, injected
from harness.simulator.wire.kit.hangup import hang_up

NO_OPERATION = "none"
"""What a request asks that asks for nothing there is: only a fault of operation `any` meets it."""


class Faults(Protocol):
    """Where a wire asks what should go wrong."""

    @property
    def armed(self) -> bool:
        """Whether any fault may still hit; false spares a request the work of saying what it is about."""
        ...

    def take(
        self,
        operation: str,
        out_trade_no: str | None,
        dialect: str | None = None,
        account: str | None = None,
    ) -> Fault | None:
        """Count one request and return the fault that hits it, if any."""
        ...

    def missed(
        self, fault: Fault, operation: str, out_trade_no: str | None, dialect: str | None = None
    ) -> None:
        """What it was handed out for shows nothing of it."""
        ...


@dataclass(frozen=True, slots=True)
class Hittable:
    """What a request is about, as the fault book is asked."""

    operation: str
    out_trade_no: str | None
    dialect: str
    account: str | None = None


class Hit:
    """A request that a fault hits, unless it ends without a trace of it. `send` must be uvicorn's own.

    Args:
        missed: told at its end where nothing of the fault has shown.
    """

    def __init__(
        self, fault: Fault, receive: Receive, send: Send, missed: Callable[[], None] = lambda: None
    ) -> None:
        self._fault = fault
        self._action = ACTIONS[fault.action]
        self._receive = receive
        self._send = send
        self._missed = missed
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._shown:
            self._missed()

    def performed(self) -> None:
        """What was asked has happened: what a fault makes of a refund or of a state shows in that."""
        action = self._action
        self._shown |= action.state or action.late_status or action.refund_ends

    def spoils(self, said: object, genuine: object, *, signed: bool) -> None:
        """What is about to be said in place of the truth, and whether its signature is to be spoilt."""
        self._shown |= signed or said != genuine

    @property
    def spoils_signature(self) -> bool:
        """Whether what is signed is not to be signed as the platform signs."""
        return self.signature != "genuine" or self.forgery is not None

    @property
    def signature(self) -> Signature:
        """What the answer has to be signed with."""
        return self._action.signature

    @property
    def forgery(self) -> Forgery | None:
        """How an answer is to be forged that a signature guards; None: it is the platform's own."""
        return next((each for each in FORGERIES if self._action.forged and each == self._fault.value), None)

    @property
    def state(self) -> str | None:
        """What the answer has to say of the order's state; None: the truth."""
        return str(self._fault.value) if self._action.state else None

    @property
    def late_refusal(self) -> Refusal | None:
        """What to answer although everything happened; None: what happened."""
        return injected(int(self._fault.value or 500)) if self._action.late_status else None

    @property
    def refund_ends(self) -> RefundStatus:
        """What becomes of a refund that is accepted now."""
        told = str(self._fault.value) if self._action.refund_ends else ""
        return RefundStatus.known(told) or RefundStatus.SUCCESS

    def altered(self, members: Mapping[str, object]) -> dict[str, object]:
        """What the answer has to say in place of these members."""
        return altered(members, self._action.alters, self._fault.value)

    async def before(self) -> bool:
        """Act before anything else does; whether that was the end of the request.

        Raises:
            Refusal: the request is answered with this.
        """
        act = self._action.before
        self._shown |= act is not None
        return act is not None and await act(self, self._fault.value)

    def answer(self, send: Send) -> Send:
        """Where the answer goes, instead of `send`."""
        act = self._action.answer
        if act is None:
            return send
        taken = act(self, send, self._fault.value)

        async def shown(message: Message) -> None:
            self._shown |= not self._action.within or bool(message.get("body"))
            await taken(message)

        return shown

    async def hang_up(self, *, reset: bool = False) -> None:
        """Close the connection without a word."""
        await hang_up(self._receive, self._send, reset=reset)

    async def gone(self, within_s: float) -> bool:
        """Whether whoever asked has gone away, now or within so many seconds."""
        try:
            async with asyncio.timeout(within_s):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            return False
        return True

    def refusal(self, status: int) -> Refusal:
        """The answer of a platform in trouble."""
        return injected(status)


Hits = Callable[[Fault, Receive, Send, Callable[[], None]], Hit]


def hit_by(
    faults: Faults, asked: Hittable, receive: Receive, send: Send, made: Hits = Hit
) -> AbstractContextManager[Hit | None]:
    """What a fault does to this request, if there is one; the block is all that happens to it.

    Args:
        made: makes the hit, where a wire has one of its own.
    """
    about = asked.operation, asked.out_trade_no, asked.dialect
    fault = faults.take(*about, asked.account)
    return (
        nullcontext() if fault is None else made(fault, receive, send, partial(faults.missed, fault, *about))
    )
