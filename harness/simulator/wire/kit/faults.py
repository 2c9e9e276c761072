"""A request of any wire that a fault hits; what each action does stands in `harness.levers.actions`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from starlette.types import Receive, Send

from harness.core.payment import RefundStatus
from harness.levers.actions import ACTIONS, FORGERIES, Forgery, Signature
from harness.levers.models import Fault
from harness.simulator.faults.altering import altered
from harness.simulator.wire.kit.errors import Refusal, injected
from harness.simulator.wire.kit.hangup import hang_up


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


class Hit:
    """A request that a fault hits. `send` must be uvicorn's own."""

    def __init__(self, fault: Fault, receive: Receive, send: Send) -> None:
        self._fault = fault
        self._action = ACTIONS[fault.action]
        self._receive = receive
        self._send = send

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
        return act is not None and await act(self, self._fault.value)

    def answer(self, send: Send) -> Send:
        """Where the answer goes, instead of `send`."""
        return send if self._action.answer is None else self._action.answer(self, send, self._fault.value)

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


def hit_by(fault: Fault | None, receive: Receive, send: Send) -> Hit | None:
    """What a fault does to this request, if there is one."""
    return None if fault is None else Hit(fault, receive, send)
