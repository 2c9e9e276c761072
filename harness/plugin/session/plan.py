"""What a run plans, beside the lock of scenarios: what the user left out, and what is not there at all.

Whoever leaves something out gets no gate judged. What nobody left out and is not there (a file that is gone,
a parameter that was removed, a plugin that drops scenarios) is missing, and its control cannot pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest

from harness.plugin.options import Options
from harness.plugin.scenario_names import PACKAGE, file_of, parts_of, scenario_folders
from harness.verdict.locked_parts import LockedPart
from load.criteria.choice import NO_LOAD
from reports.checklist import Checklist


@dataclass(slots=True)
class LeftOut:
    """The parts that were collected and then left out: by our own options, and by pytest's."""

    ours: set[LockedPart] = field(default_factory=set)
    others: set[LockedPart] = field(default_factory=set)
    _settled: bool = False

    def note(self, item: pytest.Item) -> None:
        """An item was deselected."""
        (self.others if self._settled else self.ours).update(parts_of(item))

    def settle(self) -> None:
        """Our own options have had their say: from now on others leave out."""
        self._settled = True


class Plan(NamedTuple):
    """What a run is going to do, seen from the lock."""

    narrowed: bool
    """Whether the user left out any of it."""
    unplanned: tuple[LockedPart, ...]
    """What nobody left out and is not going to run."""


def plan_of(
    config: pytest.Config, options: Options, checklist: Checklist, items: Iterable[pytest.Item], left: LeftOut
) -> Plan:
    """Compare what is about to run with the lock."""
    locked = [LockedPart.read(line) for line in checklist.scenarios]
    planned = {part for item in items for part in parts_of(item)}
    asked = _Asked(config)
    missing = [part for part in locked if part not in planned and part not in left.ours]
    by_user = {part for part in missing if part in left.others or not asked.covers(part.scenario)}
    # A person is asked for some controls alone; of each every part is there, or left to another run.
    no_load = options.load == NO_LOAD and not options.attended
    return Plan(
        narrowed=bool(by_user or options.only or options.smoke or no_load),
        unplanned=tuple(
            part
            for part in missing
            if part not in by_user and (not options.only or part.control in options.only)
        ),
    )


class _Asked:
    """The files, folders and functions that pytest was asked for, and those that it was to ignore."""

    def __init__(self, config: pytest.Config) -> None:
        by_package = [str(scenario_folders()[0])] if config.getoption("pyargs") else []
        given = [*config.args, *(by_package if PACKAGE in config.args else [])]
        self._places = [_place(argument) for argument in given]
        self._ignored = [Path(each).resolve() for each in config.getoption("ignore") or ()]
        self._globs: Sequence[str] = config.getoption("ignore_glob") or ()

    def covers(self, scenario: str) -> bool:
        """Whether a scenario of the lock was asked for."""
        file, function = file_of(scenario), scenario.partition("::")[2]
        above = [file, *file.parents]
        if any(path in above for path in self._ignored):
            return False
        if any(fnmatch(str(path), str(Path(glob).absolute())) for glob in self._globs for path in above):
            return False
        return any(path in above and _within(function, wanted) for path, wanted in self._places)


def _place(argument: str) -> tuple[Path, str]:
    path, _, function = argument.partition("::")
    return Path(path).resolve(), function


def _within(function: str, wanted: str) -> bool:
    return not wanted or function == wanted or function.startswith((f"{wanted}[", f"{wanted}::"))
