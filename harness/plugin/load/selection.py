"""Sets of load criteria, as far as choosing scenarios must know them; the load itself reads all of a set."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from harness.core.errors import UsageError
from harness.plugin.marks import exercises
from harness.plugin.options import Options

__all__ = [
    "CAPACITY",
    "NONE",
    "PROBE",
    "climbs",
    "controls_of",
    "has_storm",
    "left_out",
    "load_controls",
    "smallest",
    "with_load",
]

NONE = "none"
CAPACITY = "capacity"
"""The set whose load climbs until its criteria break."""
PROBE = "experience"
"""The set, and the target, of a probe of the platform's experience edition."""
AUTO = ("smoke", "brief", "nightly")
"""Smallest first."""

_SETS = Path(__file__).parents[3] / "load" / "criteria"


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
    asked_for = options.only or options.load not in (NONE, AUTO[0])
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
        return replace(options, load=NONE)
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
    """
    return frozenset() if name == NONE else frozenset(each["control"] for each in _read(name)["criteria"])


def load_controls() -> frozenset[str]:
    """Every control that one of our sets decides."""
    return frozenset().union(*(controls_of(path.stem) for path in _SETS.glob("*.yaml")))


def has_storm(name: str) -> bool:
    """Whether a set's users send the merchant callbacks.

    Raises:
        UsageError: there is no such set.
    """
    return any(each["flow"] == "storm" for each in _read(name)["users"])


def _read(name: str) -> dict[str, list[dict[str, str]]]:
    """As much of a set as is needed before the child reads it with all its rules."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else _SETS / f"{name}.yaml"
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
        return {
            "criteria": [{"control": str(each["control"])} for each in found["criteria"]],
            "users": [{"flow": str(each["flow"])} for each in found["users"]],
        }
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError) as error:
        known = ", ".join(sorted(each.stem for each in _SETS.glob("*.yaml")))
        raise UsageError(
            f"there is no set of load criteria {name!r}",
            where="--load",
            remedy=f"none, one of {known}, or a .yaml file of yours (docs/load.md)",
        ) from error
