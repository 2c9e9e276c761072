"""What a scenario is called: the same name whichever directory pytest was started in."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from harness.core.errors import HarnessError
from harness.plugin.marks import dialect_of, exercises
from harness.verdict.locked_parts import LockedPart

PACKAGE = "scenarios"


@cache
def scenario_folders() -> tuple[Path, ...]:
    """The folders of the scenarios package, found without importing it: that is pytest's business.

    Raises:
        HarnessError: it is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise HarnessError("the scenarios are not installed", remedy="install the project again: make setup")
    return tuple(Path(place).resolve() for place in spec.submodule_search_locations)


def scenario_name(item: pytest.Item) -> str:
    """Its node id, from the scenarios package on where it is one of ours."""
    file = _ours(item.path)
    return f"{PACKAGE}/{file}::{item.nodeid.partition('::')[2]}" if file else item.nodeid


def parts_of(item: pytest.Item) -> set[LockedPart]:
    """What the item is evidence of, as the lock of scenarios names it."""
    name, dialect = scenario_name(item), dialect_of(item)
    return {LockedPart(each.control, dialect, name) for each in exercises(item)}


def file_of(name: str) -> Path:
    """The file of one of our scenarios, whether or not it is there."""
    return scenario_folders()[0].parent / name.partition("::")[0]


@cache
def _ours(path: Path) -> str:
    """A file below the scenarios package; empty: it is somebody else's."""
    whole = path.resolve()
    found = [whole.relative_to(each).as_posix() for each in scenario_folders() if each in whole.parents]
    return found[0] if found else ""
