"""What the console's buttons do: what a payer, the platform or a forger would do, by the levers' parts."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.callbacks.answers import Expected, Verdict, expected_of, judged
from harness.callbacks.attack import Attack
from harness.callbacks.callback import Issuer
from harness.callbacks.forms import Form, form_of
from harness.core.money import Fen
from harness.core.payment import RefundStatus
from harness.levers.models import Fault
from harness.simulator.cashier.payments import Button
from harness.simulator.console.attempts import Attempts
from harness.simulator.console.finding import Placed, one
from harness.simulator.console.outages import END, begin
from harness.simulator.console.shown_exchanges import Shown
from harness.simulator.console.shown_orders import rest
from harness.simulator.levers.bodies import AdvanceBody
from harness.simulator.levers.levers import Levers
from harness.simulator.notifier.delivery import Answer
from harness.simulator.platform.alipay_account import AlipayAccount
from harness.simulator.platform.orders import PlatformOrder, Reason, Refused
from harness.simulator.platform.platform import NO_COUPON
from harness.simulator.platform.refund import RefundRequest

REASON = "模拟控制台退款"
"""Of a refund that was made here."""
_A_SECOND = timedelta(seconds=1)


class Nothing(BaseModel):
    """There is nothing to say."""

    model_config = ConfigDict(extra="forbid")


class AboutOrder(BaseModel):
    """Which order."""

    model_config = ConfigDict(extra="forbid", strict=True)

    account: str
    number: str


class PayAct(AboutOrder):
    """A payer pays, walks away or fails to pay."""

    outcome: Button
    coupon: Fen = NO_COUPON


class RefundAct(AboutOrder):
    """Fen go back; None: all that is left."""

    amount: int | None = Field(default=None, ge=1)


class EndAct(AboutOrder):
    """A refund under way ends so."""

    refund: str
    status: Literal["SUCCESS", "ABNORMAL", "CLOSED"]


class CallbackAct(AboutOrder):
    """A callback of the payment, or of a refund."""

    refund: str = ""


class ForgeAct(AboutOrder):
    """A callback that the platform would not send so."""

    attack: str


class OutageAct(BaseModel):
    """An outage that is offered."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str


@dataclass(frozen=True, slots=True)
class Acts:
    """Every button.

    Args:
        levers: whose parts are moved.
        issuer: with which keys a merchant's callbacks are signed.
        attempts: remembers what was forged.
    """

    levers: Levers
    issuer: Callable[[str], Issuer]
    attempts: Attempts

    async def do(self, name: str, body: bytes) -> Shown | None:
        """Do it, and say what came of it; None: there is no such button.

        Raises:
            Refused: the platform's rules say no.
            UsageError: there is nothing to send again.
            ValidationError: what was asked for makes no sense.
        """
        if name not in ACTS:
            return None
        kind, act = ACTS[name]
        return await act(self, kind.model_validate_json(body or b"{}"))

    async def pay(self, asked: PayAct) -> Shown:
        """As at the cashier; returns when the first callback attempt has ended."""
        order = self._placed(asked).order
        paid = await self.levers.payments.take(order, coupon=asked.coupon, outcome=asked.outcome)
        return {"done": asked.outcome, "state": paid.trade_state}

    async def expire(self, asked: AboutOrder) -> Shown:
        """Let its time pass, and everybody else's with it."""
        placed = self._placed(asked)
        if (reason := placed.account.why_not_payable(placed.order)) is not None:
            raise Refused(reason)
        ends = placed.order.closes_at or placed.order.handle.dies
        return await self._pass(max(ends - self.levers.clock.now() + _A_SECOND, timedelta())) | {
            "done": "expire"
        }

    async def refund(self, asked: RefundAct) -> Shown:
        """As a person gives back on the merchant platform."""
        placed = self._placed(asked)
        request = RefundRequest(
            mchid=placed.account.mchid,
            out_refund_no=f"console-{secrets.token_hex(6)}",
            refund=rest(placed) if asked.amount is None else asked.amount,
            total=None,
            out_trade_no=asked.number,
            reason=REASON,
            notify_url=None,
            dialect=placed.order.request.dialect,
        )
        if isinstance(placed.account, AlipayAccount):
            placed.account.refunds.give_back(request)
        else:
            placed.account.refunds.create(request)
        await self._tell()
        return {"done": "refund", "refund": request.out_refund_no}

    async def end_refund(self, asked: EndAct) -> Shown:
        """As a person at the platform ends it; the merchant is told."""
        refunds = self._placed(asked).account.refunds
        refunds.end(asked.refund, RefundStatus(asked.status), of=asked.number)
        await self._tell()
        return {"done": "end-refund", "state": asked.status}

    async def redeliver(self, asked: CallbackAct) -> Shown:
        """The same callback once more, outside the ladder."""
        mchid = self._placed(asked).account.mchid
        delivery = await self.levers.notifier.redeliver(mchid, asked.number, asked.refund)
        return {"done": "redeliver", "status": delivery.status, "accepted": delivery.accepted}

    async def resend(self, asked: CallbackAct) -> Shown:
        """The ladder's next attempt, now."""
        mchid = self._placed(asked).account.mchid
        if not await self.levers.notifier.resend(mchid, asked.number, asked.refund):
            raise Refused(Reason.INVALID)
        return {"done": "resend"}

    async def forge(self, asked: ForgeAct) -> Shown:
        """Send what the merchant has to refuse, or a genuine one in a rare shape, which it has to take."""
        placed = self._placed(asked)
        form = form_of(placed.row.callbacks)
        attack = _attack(form, asked.attack)
        mchid, order = placed.account.mchid, placed.order
        resource = self.levers.told(placed.account.as_if_paid(asked.number))
        callback = attack.forge(self.issuer(mchid), resource)
        url = order.request.notify_url
        before = _questions(order)
        answer = await self.levers.notifier.deliver(url, callback, form.row.redelivery)
        verdict = _judged(attack, form, answer, doubted=not order.money_taken and _questions(order) > before)
        about = mchid, asked.number, ""
        self.attempts.sent(about, 0, url, callback, answer, attack=attack.id, judged=verdict)
        return {"done": "forge", "status": answer.status, "judged": verdict}

    async def advance(self, asked: AdvanceBody) -> Shown:
        """Business time passes, and what fell due meanwhile is sent."""
        return await self._pass(timedelta(seconds=asked.seconds))

    async def fault(self, asked: Fault) -> Shown:
        """Something goes wrong from the next matching request on."""
        self.levers.faults.add(asked, source="console")
        return {"done": "fault", "warnings": [each.model_dump() for each in self.levers.present.lacks(asked)]}

    async def outage(self, asked: OutageAct) -> Shown:
        """Begin one that is offered, or end it."""
        if not begin(self.levers.faults, asked.name):
            raise Refused(Reason.UNKNOWN)
        return {"done": "outage-over" if asked.name == END else "outage"}

    async def clear_faults(self, asked: Nothing) -> Shown:
        """Nothing more goes wrong, by rules that stand neither."""
        del asked
        self.levers.faults.clear()
        begin(self.levers.faults, END)
        return {"done": "clear-faults"}

    def _placed(self, asked: AboutOrder) -> Placed:
        placed = one(self.levers.platform, asked.number, asked.account)
        if placed is None:
            raise Refused(Reason.UNKNOWN)
        return placed

    async def _pass(self, by: timedelta) -> Shown:
        self.levers.clock.advance(by)
        await self._tell()
        return {"done": "advance", "seconds": by.total_seconds()}

    async def _tell(self) -> None:
        await self.levers.refund_news.tell()
        await self.levers.trade_news.tell()
        await self.levers.notifier.drain()


def _attack(form: Form, name: str) -> Attack:
    found = next((each for each in (*form.attacks.ATTACKS, *form.variations) if each.id == name), None)
    if found is None:
        raise Refused(Reason.UNKNOWN)
    return found


def _questions(order: PlatformOrder) -> int:
    """How often its merchant has asked for it."""
    return sum(each.kind == "queried" for each in order.trail.events)


def _judged(attack: Attack, form: Form, answer: Answer, *, doubted: bool) -> str:
    """Whether a careful merchant answers so: `careful`, `careless`, `either` will do, `none` came, or it was
    `unsent`.

    Args:
        doubted: whether the merchant asked the platform, and learnt that nobody has paid.
    """
    if answer.status is None:
        return "none" if answer.sent else "unsent"
    expected = expected_of(attack, rare=attack in form.variations)
    if expected is Expected.TAKEN_OVER and doubted:
        expected = Expected.ANY
    verdict = judged(expected, answer.status, answer.said, form.row.redelivery)
    return "either" if verdict is Verdict.OPEN else verdict.value


ACTS: Mapping[str, tuple[type[BaseModel], Callable[[Acts, Any], Awaitable[Shown]]]] = {
    "pay": (PayAct, Acts.pay),
    "expire": (AboutOrder, Acts.expire),
    "refund": (RefundAct, Acts.refund),
    "end-refund": (EndAct, Acts.end_refund),
    "redeliver": (CallbackAct, Acts.redeliver),
    "resend": (CallbackAct, Acts.resend),
    "forge": (ForgeAct, Acts.forge),
    "advance": (AdvanceBody, Acts.advance),
    "fault": (Fault, Acts.fault),
    "outage": (OutageAct, Acts.outage),
    "clear-faults": (Nothing, Acts.clear_faults),
}
"""By the last part of its address: what it is told, and what it does."""
