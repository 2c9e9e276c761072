"""Which load a run makes, and which scenarios wait for a longer one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache

import pytest

from harness.plugin.marks import exercises
from harness.plugin.options import NO_LOAD, Options
from load.criteria.file import load_set, set_names

CAPACITY = "capacity"
"""The set whose load climbs until its criteria break."""
PROBE = "experience"
"""The set, and the target, of a probe of the platform's experience edition."""
AUTO = ("smoke", "brief", "nightly")
"""Smallest first."""


def needs_load(item: pytest.Item) -> bool:
    """Whether an item stands on a load, directly or through its fixtures."""
    return "load" in getattr(item, "fixturenames", ())


def climbs(name: str) -> bool:
    """Whether a set's load is to climb until its criteria break: it asks for capacity and nothing else."""
    return controls_of(name) == {"PRF-06"}


def left_out(item: pytest.Item, options: Options) -> bool:
    """Whether an item waits for a longer load than the one that was chosen, or takes long itself.

    Raises:
        UsageError: there is no such set.
    """
    if needs_load(item):
        return exercises(item)[0].control not in controls_of(options.load)
    asked_for = options.only or options.load not in (NO_LOAD, AUTO[0])
    return item.get_closest_marker("long") is not None and not asked_for


def with_load(options: Options, items: Iterable[pytest.Item]) -> Options:
    """The options with `--load auto` settled: smoke, or the smallest set that decides what `--only` asks for.

    Raises:
        UsageError: there is no such set.
    """
    if options.load != "auto":
        return options
    wanted = {each.control for item in items if needs_load(item) for each in exercises(item)}
    if options.smoke or not wanted:
        return replace(options, load=NO_LOAD)
    return replace(options, load=smallest(wanted) if options.only else AUTO[0])


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


def has_storm(name: str) -> bool:
    """Whether a set's users send the merchant callbacks.

    Raises:
        UsageError: there is no such set.
        ConfigurationError: it is malformed.
    """
    return any(user.flow == "storm" for user in _read(name).users)


_read = cache(load_set)
"""Each scenario asks what the set decides."""
