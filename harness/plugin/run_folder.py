"""Where a run reads its scenarios from, and where it writes its record."""

from __future__ import annotations

import secrets
from importlib.util import find_spec
from pathlib import Path

from harness.core.clock import wire_now
from harness.core.errors import HarnessError


def scenario_folders() -> list[Path]:
    """The folders of the scenarios package, found without importing it: that is pytest's business."""
    spec = find_spec("scenarios")
    if spec is None or not spec.submodule_search_locations:
        raise HarnessError("the scenarios are not installed", remedy="install the project again: make setup")
    return [Path(place) for place in spec.submodule_search_locations]


def run_folder(runs: Path) -> Path:
    """A folder named by the time and a few letters, so that sorted by name is sorted by time."""
    return runs / f"{wire_now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
