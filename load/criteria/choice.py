"""Which of the sets decides what, and which is the smallest that will do."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from load.criteria.file import load_set, set_names
from load.flows import FLOWS, FlowName

NO_LOAD = "none"
"""The set of a run that makes no load."""
CAPACITY = "capacity"
"""The set whose load climbs until its criteria break."""
PROBE = "experience"
"""The set, and the target, of a probe of the platform's experience edition."""
AUTO = ("smoke", "brief", "nightly")
"""Smallest first."""


def smallest(wanted: Collection[str]) -> str:
    """The smallest of our sets that decides all these controls, or else the largest.

    Capacity has a load of its own, which is made when nothing else is wanted.
    """
    beside = frozenset(wanted) - controls_of(CAPACITY)
    if wanted and not beside:
        return CAPACITY
    return next((name for name in AUTO if controls_of(name) >= beside), AUTO[-1])


def controls_of(name: str) -> frozenset[str]:
    """The controls that a set of criteria decides; `none` decides nothing.

    Raises:
        UsageError: there is no such set.
        ConfigurationError: it is malformed.
    """
    return frozenset() if name == NO_LOAD else frozenset(each.control for each in _read(name).criteria)


def load_controls() -> frozenset[str]:
    """Every control that one of our sets decides."""
    return frozenset().union(*map(controls_of, set_names()))


def climbs(name: str) -> bool:
    """Whether a set's load is to climb until its criteria break; raises as `controls_of` does."""
    return name != NO_LOAD and _read(name).climbs


def merchant_is_asked(name: str) -> bool:
    """Whether some of a set's users ask the merchant: they send it callbacks, or order from it.

    Raises:
        UsageError: there is no such set.
        ConfigurationError: it is malformed.
    """
    return any(FLOWS[user.flow].asks_merchant for user in _read(name).users)


def plays(name: str, flow: FlowName) -> bool:
    """Whether a set has users of this flow; raises as above."""
    return any(user.flow == flow for user in _read(name).users)


_read = cache(load_set)
"""Each scenario asks what the set decides."""
