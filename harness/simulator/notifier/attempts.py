"""Makes one attempt to deliver a notification: signs it anew, spoilt where a fault wants that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from harness.callbacks.callback import Callback, Issuer
from harness.core.clock import wire_now
from harness.core.redelivery import Redelivery
from harness.levers.actions import ACTIONS, Action, Signature
from harness.levers.models import Delivery, Fault, SignatureKind
from harness.simulator.faults.altering import altered
from harness.simulator.notifier.delivery import Answer, Sender
from harness.simulator.notifier.notification import Notification

LONG_AGO_S = 3600
"""How old the signature of a stale callback is."""


class Watch(Protocol):
    """Looks on: whom it is about (`Notification.about`), the attempt, where it went, and what came back."""

    def __call__(
        self, about: tuple[str, str, str], number: int, url: str, callback: Callback, answer: Answer
    ) -> None: ...


@dataclass(slots=True)
class Attempts:
    """Delivers notifications, once each time it is asked.

    Args:
        issuer: the platform's keys for a merchant's mchid; asked at every attempt.
        record: called after every attempt with the order's mchid and number, and with the refund's number,
            which is empty where it told of the payment.
        noted: called then, too: the next attempt has the next number, after a restart as well.
        watch: told of every callback that has been sent; None: nobody is.
    """

    sender: Sender
    issuer: Callable[[str], Issuer]
    record: Callable[[str, str, str, Delivery], None]
    noted: Callable[[Notification], None]
    watch: Watch | None = None

    def shows(self, notification: Notification, fault: Fault) -> bool:
        """Whether a fault makes of this callback anything else than it would be anyhow."""
        action = ACTIONS[fault.action]
        if self.sender.objection(notification.notify_url) is not None:
            return False  # nothing is sent, late or early
        if action.old_form:
            return notification.form.old_form is not None
        return not action.alters or (
            altered(notification.resource, action.alters, fault.value) != notification.resource
        )

    async def make_due(self, notification: Notification, fault: Fault | None) -> Delivery:
        """Make the attempt that is due, as often as a fault wants it; the last is what counts."""
        repeated = fault is not None and ACTIONS[fault.action].callback == "repeated"
        for _ in range(int(fault.value or 1) - 1 if fault is not None and repeated else 0):
            await self._make(notification, notification.due, fault)
        return await self._make(notification, notification.due, fault)

    async def make_genuine(self, notification: Notification, due: datetime) -> Delivery:
        """Make one beside the ladder, which no fault hits."""
        return await self._make(notification, due, None, hit_by="")

    async def _make(
        self, notification: Notification, due: datetime, fault: Fault | None, hit_by: str | None = None
    ) -> Delivery:
        """Send once, or record why nothing was sent; `hit_by` is what the books say of a fault."""
        if hit_by is None:
            hit_by = notification.moved_by if fault is None else fault.action
        notification.made += 1
        attempt, sent = notification.made, wire_now()
        kind, answer = await self._send(notification, fault)
        delivery = Delivery(
            attempt=attempt,
            due=due,
            sent=sent,
            status=answer.status,
            duration_s=answer.duration_s,
            accepted=answer.accepted,
            error=answer.error,
            signature_kind=kind,
            fault=hit_by,
        )
        self.record(*notification.about, delivery)
        self.noted(notification)
        return delivery

    async def _send(self, notification: Notification, fault: Fault | None) -> tuple[SignatureKind, Answer]:
        action = Action() if fault is None else ACTIONS[fault.action]
        objection = self.sender.objection(notification.notify_url)
        if objection is not None or action.callback == "lost":
            return "lost", Answer(None, 0.0, objection or "lost on the way: nothing was sent")
        if action.old_form and (old := notification.form.old_form) is not None:
            callback = old.build(self.issuer(notification.mchid), notification.body)
            return "none", await self._deliver(notification, callback, old.rules)
        body = notification.body
        if fault is not None and action.alters:
            resource = altered(notification.resource, action.alters, fault.value)
            body = notification.form.genuine.compose(
                self.issuer(notification.mchid), resource, event_type=notification.event_type
            )
        callback = self._signed(notification, body, action.signature)
        answer = await self._deliver(notification, callback, notification.rules)
        if action.callback == "unheard":
            answer = Answer(None, answer.duration_s, "the merchant's answer was lost on the way")
        return "none" if action.signature == "unsigned" else action.signature, answer

    async def _deliver(self, notification: Notification, callback: Callback, rules: Redelivery) -> Answer:
        answer = await self.sender.deliver(notification.notify_url, callback, rules)
        if self.watch is not None:
            self.watch(notification.about, notification.made, notification.notify_url, callback, answer)
        return answer

    def _signed(self, notification: Notification, body: bytes, signature: Signature) -> Callback:
        issuer, form = self.issuer(notification.mchid), notification.form
        if signature == "wrong":
            return form.attacks.by_another_key(issuer, body)
        if signature == "probe":
            return form.attacks.as_probe(issuer, body)
        if signature == "unsigned":
            return form.attacks.unsigned(issuer, body)
        if signature == "stale":
            return form.genuine.signed_before(issuer, body, LONG_AGO_S)
        if signature == "unknown-serial" and form.under_unknown_serial is not None:
            return form.under_unknown_serial(issuer, body)
        return form.genuine.signed(issuer, body)
