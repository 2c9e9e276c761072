"""Compares the checkouts of a load that were answered with the orders that reached the platform meanwhile."""

from __future__ import annotations

from datetime import timedelta

from harness.core.control import Blame, Check, Grade, Outcome
from harness.core.payment import Provider
from harness.levers.client import LeversClient
from harness.merchant.settling import Settling
from harness.settings.model import LeversSettings
from load.criteria.model import LoadSet
from load.key import MERCHANT
from load.measurement import Measurement
from load.users.order_numbers import PREFIX

_LIMIT = 0.95
"""Share of the answered checkouts that must have become orders: that of PRF-01."""
_UNTOLD = "nothing tells how many orders reached the platform: the settings name no levers of a simulator"
_BEFORE = timedelta(seconds=1)
"""Clocks of one machine; nobody else orders meanwhile."""


def compare(
    measurement: Measurement, criteria: LoadSet, settings: LeversSettings | None, grade: Grade
) -> Check:
    """Whether what the shoppers of a set with checkouts were answered was true.

    Args:
        settings: of the simulator's levers; None: nothing tells what reached the platform.

    Raises:
        EnvironmentUnreachable: the simulator is gone.
    """
    series = [each for each in measurement.series.values() if each.key.endpoint == "checkout"]
    answered = sum(each.ok for each in series)
    came = None if settings is None else _reached(measurement, settings, answered)
    blame: Blame | None = None
    if came is None:
        outcome, blame = Outcome.INCONCLUSIVE, Blame.ENVIRONMENT
    elif not answered:
        outcome, blame = Outcome.INCONCLUSIVE, Blame.MERCHANT
    elif came > answered * _LIMIT:
        outcome = Outcome.PASS
    else:
        outcome, blame = Outcome.FAIL, Blame.MERCHANT
    message = (
        f"{answered} checkouts were answered as if they had ordered, and {came} orders reached the platform"
    )
    return Check(
        control="PRF-01",
        scenario=f"load/{criteria.id}/orders",
        provider=Provider.WECHAT,
        dialect=MERCHANT,
        outcome=outcome,
        grade=grade,
        started=measurement.started,
        duration_s=0.0,
        message=message if came is not None else _UNTOLD,
        blame=blame,
        exercised=came or 0,
    )


def _reached(measurement: Measurement, settings: LeversSettings, answered: int) -> int:
    """How many orders of shoppers reached the platform; some do after their answer."""
    with LeversClient(settings.url, settings.token) as levers:

        def reached() -> int:
            made = {each.out_trade_no for each in levers.creations(measurement.started - _BEFORE)}
            return sum(not each.startswith(PREFIX) for each in made)  # a load's own are no shopper's

        return Settling().until(reached, lambda orders: orders >= answered)
