"""Refuses a load before anything is started, as its generator would: by its plan, and by where it sends."""

from __future__ import annotations

from pathlib import Path

from harness.core.control import Grade
from harness.core.money import Fen
from harness.merchant.profile import MerchantProfile
from harness.settings import EnvFile, Settings
from load.criteria.choice import PROBE, plays
from load.criteria.file import load_set
from load.flows import WAITING_ORDERS
from load.plan import plan
from load.safety import permit
from load.users.wire import open_wires


def refuse_unaffordable(
    name: str,
    *,
    target: str,
    env_file: Path | None,
    merchant: str,
    budget: Fen | None,
    processes: int,
) -> None:
    """Look at everything that a load would do.

    Args:
        name: of the set.
        target: `simulator` or `experience`.
        merchant: `shop`, or a profile.
        env_file: settings of a running endpoint; None: one of our own, which may be loaded with anything.
        budget: fen that the orders of a probe may be worth together.
        processes: that send.

    Raises:
        GoLiveError: it is not to be made there, or its settings cannot be used.
    """
    criteria = load_set(name)
    plan(criteria, grade=Grade.EXPERIENCE if target == PROBE else Grade.SIMULATED, budget=budget)
    if env_file is None:
        return
    settings = Settings.load(EnvFile.read(env_file), target=target)
    spoken = sorted({each.dialect for each in criteria.users if each.dialect})
    wires = open_wires(spoken, settings, notify_url=settings.wechat.notify_url, amount=criteria.amount)
    permit(
        settings,
        origins={each: wire.origin for each, wire in wires.items()},
        merchant=MerchantProfile.load(merchant).base_url if plays(name, "checkout") else "",
        target=target,
        users=criteria.users,
        schedule=criteria.arrivals.schedule,
        amount=criteria.amount,
        budget_fen=None if budget is None else int(budget),
        workers=processes,
        waiting=WAITING_ORDERS * sum(user.flow == "query" for user in criteria.users),
    )
