"""Shoppers at a merchant's checkout, who order as its profile says, all in one session.

A checkout lasts from the moment it was due to the whole answer; a page that is opened first and a redirect
that is followed belong to it. How many orders reached the platform is compared afterwards
(`load.orders_reached`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import gevent

from harness.core.errors import ConfigurationError, EnvironmentUnreachable, GoLiveError, UnknownOutcome
from harness.core.money import Fen
from harness.core.patience import Patience
from harness.core.payment import Product
from harness.merchant.client import MerchantClient
from harness.merchant.http import MERCHANT as WHOM
from harness.merchant.profile import MerchantProfile
from load.criteria.model import User
from load.key import MERCHANT, Key
from load.open_loop import Job
from load.users.client import Client, Done
from load.users.order_numbers import SHOPPER, Numbers

WAYS = {Product.NATIVE: "qr", Product.H5: "h5", Product.JSAPI: "jsapi"}
"""What a profile calls each way of paying."""


@dataclass(frozen=True, slots=True)
class Checkouts:
    """The flow `checkout`.

    Args:
        merchant: signed in.
        client: of its origin, which counts.
        timeout_s: for one checkout.
        amount: of every order, where the shopper names it.
    """

    merchant: MerchantClient
    client: Client
    timeout_s: float
    amount: Fen
    numbers: Numbers = field(default_factory=lambda: Numbers(SHOPPER))

    def prepare(self, user: User) -> Job:
        """One shopper, who opens nothing before the moment is due."""
        key = Key("checkout", user.scenario, MERCHANT)
        way, number = WAYS[Product(user.scenario)], self.numbers.new()

        def job(due: float) -> None:
            begun, paused_s = time.perf_counter(), self.client.paused_s()
            failure = self._failure(way, number)
            done = Done(failure, {}, time.perf_counter())
            self.client.note(key, due=due, begun=begun, done=done, paused_s=paused_s)

        return job

    def _failure(self, way: str, number: str) -> str | None:
        """Why the shopper got no answer that orders; None: one did."""
        timeout = gevent.Timeout.start_new(self.timeout_s, _TooLate)
        try:
            amount = self.merchant.profile.price_of(self.amount)
            asked = self.merchant.order_request(order_id=number, amount=amount, payment_type=way)
            status = self.merchant.answer_to_order(asked, payment_type=way).status
        except _TooLate:
            return "timeout"
        except EnvironmentUnreachable:
            return "connection refused"
        except UnknownOutcome:
            return "connection closed"
        except GoLiveError as error:
            return error.what[:_LONGEST]
        finally:
            timeout.close()
        return f"HTTP {status}" if status >= 400 else None


class _TooLate(Exception):
    """The answer was not complete in time."""


_LONGEST = 80
"""Characters of a reason: they are counted by their text."""


def signed_in(profile: MerchantProfile) -> MerchantClient:
    """The shopper of a load; it is asked on however often no answer came.

    Raises:
        ConfigurationError: no request of ours makes its orders.
        GoLiveError: it does not let the shopper in.
    """
    for way, trigger in profile.order:
        if trigger is not None and trigger.by_hand:
            raise ConfigurationError(
                "a load orders by requests, and not by a command, steps, a person or a fixture",
                where=f"order.{way}",
                remedy="describe the request with page, or request (docs/your-merchant.md)",
            )
    merchant = MerchantClient(profile, patience=Patience(WHOM, most=None))
    merchant.login()
    return merchant
