"""By which rules of somebody's own the simulator of a run goes wrong: no evidence of a correct rehearsal."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from harness.levers.client import LeversClient
from harness.plugin.target.policy import TargetPolicy


class RulesInForce(NamedTuple):
    """Each rule once, with where it comes from."""

    told: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    """Those that have hit nothing since the moment that was asked about."""


def rules_in_force(policy: TargetPolicy, *, since: datetime | None = None) -> RulesInForce:
    """The rules of a simulator; none where it is this run's own.

    Args:
        since: a moment of wire time, to be told those that were in force then or later, and what scenarios
            switch on themselves is left aside; None: all that is switched on now, none of which has hit
            anything in a run that begins.

    Raises:
        EnvironmentUnreachable: the simulator does not answer.
    """
    levers = policy.settings.levers if policy.played and policy.settings is not None else None
    if levers is None:
        return RulesInForce()
    with LeversClient(levers.url, levers.token) as client:
        rules = client.rules(since=since)
    meant = [each for each in rules if each.stands or since is None]
    met = {str(each) for each in meant if since and each.last_met is not None and each.last_met >= since}
    told = tuple(dict.fromkeys(map(str, meant)))
    return RulesInForce(told, tuple(each for each in told if each not in met))
