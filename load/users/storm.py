"""A storm of callbacks against the merchant: of orders it knows as paid, genuine again and again, and forged.

A genuine one must be accepted (200 or 204) however often and in whatever order it comes; any other must be
refused (4xx or 5xx). That the merchant credited each order exactly once is read off its books afterwards.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.callbacks.apiv3.genuine import build
from harness.callbacks.attack import Attack, forger_key
from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.forms import form_of
from harness.core.errors import UsageError
from harness.levers.client import LeverRefused, LeversClient
from harness.settings.addresses import parse_address
from harness.settings.model import LeversSettings
from harness.signing.keys import load_private_key
from load.flows import STORM_RATES
from load.key import MERCHANT, Key
from load.open_loop import Job
from load.users.answers import Answer, Wrong
from load.users.client import Client
from load.users.order_numbers import PREFIX
from load.users.wire import Request

ATTACKS: Mapping[str, tuple[str, ...]] = {"forged": ("CBK-02", "CBK-04", "CBK-06"), "probe": ("CBK-03",)}
"""Which controls' attacks a kind goes through, one after another; `tampered` changes one bit of a body."""
GENUINE = frozenset({"duplicate", "reordered"})
"""The kinds that must be accepted."""
MOST_ORDERS = 50
"""Paid orders at most that a storm is about."""
OLD_S = 60
"""How long ago a reordered callback was signed: newer ones of the same order have come before it."""
_ACCEPTED = (200, 204)


@dataclass(frozen=True, slots=True)
class PaidOrders:
    """What a storm is made from."""

    issuer: Issuer
    resources: Sequence[Mapping[str, object]]
    """Plaintext of the callback of each paid order."""


def paid_orders(levers: LeversSettings) -> PaidOrders:
    """The merchant's paid orders and the platform's keys, from the simulator.

    Raises:
        UsageError: the merchant has no paid order.
        EnvironmentUnreachable: no simulator answers.
    """
    with LeversClient(levers.url, levers.token) as client:
        keys = client.keys()
        issuer = Issuer(
            serial=keys.callbacks_by,
            private_key=load_private_key(keys.callback_key_pem),
            apiv3_key=keys.apiv3_key,
            mcp_private_key=load_private_key(keys.mcp_platform_private_key_pem),
        )
        resources: list[Mapping[str, object]] = []
        for number in client.orders():
            if number.startswith(PREFIX) or len(resources) == MOST_ORDERS:
                continue
            try:
                resources.append(client.notification(number))
            except LeverRefused:
                continue  # not paid
    if not resources:
        raise UsageError(
            "the merchant has no paid order for a storm to be about",
            where="storm",
            remedy="let it take and be paid some orders first, e.g. golive run --only PAY",
        )
    forger_key()  # made now, because making it takes a while
    return PaidOrders(issuer, resources)


@dataclass
class Storm:
    """The flow `storm`.

    Args:
        client: to the merchant.
        notify_url: its callback address.
    """

    client: Client
    notify_url: str
    paid_orders: PaidOrders
    _count: itertools.count[int] = field(default_factory=itertools.count)
    _attacks: dict[str, itertools.cycle[Attack]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._path = parse_address(self.notify_url).path
        form = form_of("apiv3")
        self._attacks = {
            kind: itertools.cycle(
                [each for control in controls for each in form.attacks_for(control) if not each.harmless]
            )
            for kind, controls in ATTACKS.items()
        }

    def prepare(self) -> Job:
        """The next callback of the storm, made and signed."""
        number = next(self._count)
        kind = _ORDER[number % len(_ORDER)]
        resource = self.paid_orders.resources[number % len(self.paid_orders.resources)]
        callback = self._made(kind, resource, number)
        request = Request(
            key=Key("callback", kind, MERCHANT),
            method="POST",
            path=self._path,
            headers=callback.headers,
            body=callback.body,
            judge=_accepted if kind in GENUINE else _refused,
        )
        return lambda due: self.client.send(request, due)

    def _made(self, kind: str, resource: Mapping[str, object], number: int) -> Callback:
        if kind in ATTACKS:
            return next(self._attacks[kind]).forge(self.paid_orders.issuer, resource)
        if kind == "tampered":
            return _one_bit_off(build(self.paid_orders.issuer, resource), number)
        old = int(time.time()) - OLD_S if kind == "reordered" else None
        return build(self.paid_orders.issuer, resource, timestamp=old)


def _one_bit_off(callback: Callback, number: int) -> Callback:
    """The callback with one bit of its body changed after signing, each time at another place."""
    place = number * 7919 % len(callback.body)
    changed = bytearray(callback.body)
    changed[place] ^= 1
    return replace(callback, body=bytes(changed))


def _order() -> tuple[str, ...]:
    """A hundred callbacks of every kind at its rate, spread evenly."""
    placed = [((turn + 0.5) * 100 / rate, kind) for kind, rate in STORM_RATES.items() for turn in range(rate)]
    return tuple(kind for _, kind in sorted(placed))


_ORDER = _order()


def _accepted(answer: Answer) -> Mapping[str, Any]:
    if answer.status not in _ACCEPTED:
        raise Wrong(f"genuine one refused: HTTP {answer.status}")
    return {}


def _refused(answer: Answer) -> Mapping[str, Any]:
    if answer.status < 400:
        raise Wrong("forgery accepted")
    return {}
