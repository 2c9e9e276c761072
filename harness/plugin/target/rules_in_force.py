"""By which rules of somebody's own the simulator of a run goes wrong: no evidence of a correct rehearsal."""

from __future__ import annotations

from datetime import datetime

from harness.levers.client import LeversClient
from harness.plugin.target.policy import TargetPolicy


def rules_in_force(policy: TargetPolicy, *, since: datetime | None = None) -> tuple[str, ...]:
    """Each rule once, with where it comes from; none where the simulator is this run's own.

    Args:
        since: a moment of wire time, to be told those that were in force then or later, and what scenarios
            switch on themselves is left aside; None: all that is switched on now.

    Raises:
        EnvironmentUnreachable: the simulator does not answer.
    """
    levers = policy.settings.levers if policy.played and policy.settings is not None else None
    if levers is None:
        return ()
    with LeversClient(levers.url, levers.token) as client:
        told = client.rules(since=since)
    return tuple(dict.fromkeys(str(each) for each in told if each.stands or since is None))
