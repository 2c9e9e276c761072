"""A storm of callbacks against the merchant: of orders it knows as paid, genuine again and again, and forged.

Each is in the form in which its order's platform calls back. A genuine one must be accepted, as that platform
reads answers, however often and in whatever order it comes; any other must be refused. That the merchant
credited each order exactly once is read off its books afterwards.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from harness.callbacks.attack import Attack, forger_key
from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.forms import Form, form_of
from harness.callbacks.issuers import issuer_of
from harness.callbacks.mutations import Mutable
from harness.core.dialects import dialect
from harness.core.errors import UsageError
from harness.core.redelivery import Redelivery
from harness.levers.client import LeverRefused, LeversClient
from harness.settings.addresses import parse_address
from harness.settings.model import LeversSettings
from load.flows import STORM_RATES
from load.key import MERCHANT, Key
from load.open_loop import Job
from load.users.answers import Answer, Wrong
from load.users.client import Client
from load.users.order_numbers import PREFIX
from load.users.wire import Request

ATTACKS: Mapping[str, tuple[str, ...]] = {
    "forged": ("CBK-02", "CBK-04", "CBK-06", "CBK-17"),
    "probe": ("CBK-03",),
}
"""Which controls' attacks a kind goes through, one after another; a form without any goes through all
that it has. `tampered` changes one bit of a body."""
GENUINE = frozenset({"duplicate", "reordered"})
"""The kinds that must be accepted."""
MOST_ORDERS = 50
"""Paid orders at most that a storm is about."""
OLD_S = 60
"""How long ago a reordered callback was signed: newer ones of the same order have come before it."""


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """One paid order, and how the platform that has it calls back."""

    form: Form
    resource: Mapping[str, object]
    """What its callback tells."""
    body: bytes
    """What every delivery has in common."""
    path: str
    """Where the merchant wants to be told."""


@dataclass(frozen=True, slots=True)
class PaidOrders:
    """What a storm is made from."""

    issuer: Issuer
    orders: Sequence[PaidOrder]


def paid_orders(levers: LeversSettings, notify_url: str) -> PaidOrders:
    """The merchant's paid orders and the platforms' keys, from the simulator.

    Args:
        notify_url: where orders are told of that name another host.

    Raises:
        UsageError: the merchant has no paid order.
        EnvironmentUnreachable: no simulator answers.
    """
    with LeversClient(levers.url, levers.token) as client:
        issuer = issuer_of(client.keys())
        orders: list[PaidOrder] = []
        for number in client.orders():
            if number.startswith(PREFIX) or len(orders) == MOST_ORDERS:
                continue
            try:
                resource = client.notification(number)
            except LeverRefused:
                continue  # not paid
            audit = client.audit(number)
            form = form_of(dialect(audit.dialect).callbacks)
            body = form.genuine.compose(issuer, resource)
            orders.append(PaidOrder(form, resource, body, _path(audit.notify_url, notify_url)))
    if not orders:
        raise UsageError(
            "the merchant has no paid order for a storm to be about",
            where="storm",
            remedy="let it take and be paid some orders first, e.g. golive run --only PAY",
        )
    forger_key()  # made now, because making it takes a while
    return PaidOrders(issuer, orders)


def _path(own: str, otherwise: str) -> str:
    """An order's own, where it is at the merchant that the storm goes to."""
    there = parse_address(otherwise)
    here = parse_address(own) if own else there
    return here.path if here.origin == there.origin else there.path


@dataclass
class Storm:
    """The flow `storm`.

    Args:
        client: to the merchant.
    """

    client: Client
    paid_orders: PaidOrders
    _count: itertools.count[int] = field(default_factory=itertools.count)
    _attacks: dict[tuple[str, str], itertools.cycle[Attack]] = field(default_factory=dict)

    def prepare(self) -> Job:
        """The next callback of the storm, made and signed."""
        number = next(self._count)
        kind = _ORDER[number % len(_ORDER)]
        order = self.paid_orders.orders[number % len(self.paid_orders.orders)]
        callback = self._made(kind, order, number)
        request = Request(
            key=Key("callback", kind, MERCHANT),
            method="POST",
            path=order.path,
            headers=callback.headers,
            body=callback.body,
            judge=partial(_accepted if kind in GENUINE else _refused, order.form.row.redelivery),
        )
        return lambda due: self.client.send(request, due)

    def _made(self, kind: str, order: PaidOrder, number: int) -> Callback:
        genuine, issuer = order.form.genuine, self.paid_orders.issuer
        if kind in ATTACKS:
            return next(self._series(kind, order.form)).forge(issuer, order.resource)
        if kind == "tampered":
            return _one_bit_off(genuine.signed(issuer, order.body), number, order.form.mutations)
        if kind == "reordered":
            return genuine.signed_before(issuer, order.body, OLD_S)
        return genuine.signed(issuer, order.body)

    def _series(self, kind: str, form: Form) -> itertools.cycle[Attack]:
        """The attacks of a kind on a form, from where the last one left off."""
        key = (kind, form.row.id)
        if key not in self._attacks:
            forging = [
                each for each in form.attacks.ATTACKS if not (each.harmless or each.may_be_acknowledged)
            ]
            fitting = [each for each in forging if each.control in ATTACKS[kind]]
            self._attacks[key] = itertools.cycle(fitting or forging)
        return self._attacks[key]


def _one_bit_off(callback: Callback, number: int, mutable: Mutable | None) -> Callback:
    """The callback with one bit of its body changed after signing, each time at another place.

    Where the change forges nothing, e.g. in the last bits of base64, it is the next place.
    """
    tried = (_flipped(callback, place) for place in itertools.count(number * 7919))
    return next(sent for sent in tried if mutable is None or not mutable.inert(sent, callback))


def _flipped(callback: Callback, place: int) -> Callback:
    changed = bytearray(callback.body)
    changed[place % len(changed)] ^= 1
    return replace(callback, body=bytes(changed))


def _order() -> tuple[str, ...]:
    """A hundred callbacks of every kind at its rate, spread evenly."""
    placed = [((turn + 0.5) * 100 / rate, kind) for kind, rate in STORM_RATES.items() for turn in range(rate)]
    return tuple(kind for _, kind in sorted(placed))


_ORDER = _order()


def _accepted(rules: Redelivery, answer: Answer) -> Mapping[str, Any]:
    if not rules.taken_over(answer.status, answer.body):
        raise Wrong(f"genuine one refused: HTTP {answer.status}")
    return {}


def _refused(rules: Redelivery, answer: Answer) -> Mapping[str, Any]:
    if not rules.refused(answer.status, answer.body):
        raise Wrong("forgery accepted")
    return {}
