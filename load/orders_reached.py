"""Compares the checkouts of a load that were answered with the orders that reached the platform meanwhile."""

from __future__ import annotations

from datetime import timedelta

from harness.core.control import Blame, Check, Grade, Outcome
from harness.core.payment import Provider
from harness.levers.client import LeversClient
from harness.settings.model import LeversSettings
from load.criteria.model import LoadSet
from load.key import MERCHANT
from load.measurement import Measurement

_LIMIT = 0.95
"""Share of the answered checkouts that must have become orders: that of PRF-01."""
_BEFORE = timedelta(seconds=1)
"""Clocks of one machine; nobody else orders meanwhile."""


def compare(measurement: Measurement, criteria: LoadSet, settings: LeversSettings, grade: Grade) -> Check:
    """Whether what the shoppers of a set with checkouts were answered was true.

    Raises:
        EnvironmentUnreachable: the simulator is gone.
    """
    series = [each for each in measurement.series.values() if each.key.endpoint == "checkout"]
    answered = sum(each.ok for each in series)
    with LeversClient(settings.url, settings.token) as levers:
        came = len({each.out_trade_no for each in levers.creations(measurement.started - _BEFORE)})
    if not answered:
        outcome, blame = Outcome.INCONCLUSIVE, Blame.MERCHANT
    elif came > answered * _LIMIT:
        outcome, blame = Outcome.PASS, None
    else:
        outcome, blame = Outcome.FAIL, Blame.MERCHANT
    return Check(
        control="PRF-01",
        scenario=f"load/{criteria.id}/orders",
        provider=Provider.WECHAT,
        dialect=MERCHANT,
        outcome=outcome,
        grade=grade,
        started=measurement.started,
        duration_s=0.0,
        message=f"{answered} checkouts were answered as if they had ordered, "
        f"and {came} orders reached the platform",
        blame=blame,
        exercised=came,
    )
