"""Which load a run makes, and which scenarios wait for a longer one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from harness.plugin.marks import exercises
from harness.plugin.options import EMBEDDED, Options
from load.criteria.choice import AUTO, NO_LOAD, PROBE, controls_of, merchant_is_asked, smallest
from load.refusal import refuse_unaffordable


def needs_load(item: pytest.Item) -> bool:
    """Whether an item stands on a load, directly or through its fixtures."""
    return "load" in getattr(item, "fixturenames", ())


def asks_merchant(item: pytest.Item, options: Options) -> bool:
    """Whether an item asks the merchant: a scenario that knows its profile does, and a load with such users.

    Raises:
        UsageError: there is no such set.
    """
    names = getattr(item, "fixturenames", ())
    return "profile" in names or (needs_load(item) and merchant_is_asked(options.load))


def refuse_load(options: Options) -> None:
    """End a run that is nothing but a load which must not be made; a whole rehearsal goes on without it.

    Raises:
        GoLiveError: it would be refused by its own generator.
    """
    if options.target in (EMBEDDED, PROBE) and options.load != NO_LOAD:
        refuse_unaffordable(
            options.load,
            target=options.target,
            env_file=options.env_file,
            merchant=options.merchant,
            budget=options.budget,
            processes=options.load_processes,
        )


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
