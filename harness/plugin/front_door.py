"""How a command runs a rehearsal: pytest in this process, with its own words kept down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.errors import GoLiveError, HarnessError
from harness.evidence import RunRecord
from harness.plugin.run_folder import run_folder, scenario_folders

NAME = "golive-front-door"


@dataclass(slots=True)
class FrontDoor:
    """What the plugin hands back to the command. Its presence tells the plugin to stay quiet itself."""

    refused: GoLiveError | None = None
    record: RunRecord | None = None
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How a rehearsal ended. `record` is None when nothing was recorded."""

    code: int
    record: RunRecord | None
    lines: tuple[str, ...]


def rehearse(arguments: Sequence[str], *, out: Path | None, watcher: object) -> Rehearsed:
    """Run the scenarios with these plugin options.

    Args:
        out: the record's folder; None for a new one under `runs/`.
        watcher: a pytest plugin that shows progress.

    Raises:
        GoLiveError: the run was refused before anything was exercised.
    """
    folder = out or run_folder(Path("runs"))
    door = FrontDoor()
    quiet = ["-qq", "--no-header", "--no-summary", "--tb=short", "-p", "harness.plugin"]
    # We are imported before pytest could rewrite our assertions; scenarios are not, and theirs matter.
    quiet += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    kept = [f"--out={folder}", f"--alluredir={folder / 'allure-results'}"]
    code = pytest.main(
        [*map(str, scenario_folders()), *quiet, *kept, *arguments], plugins=[_Doorway(door), watcher]
    )
    if door.refused is not None:
        raise door.refused
    if door.record is None:
        said = "nothing ran: no scenario exercises what was asked for; `golive explain` lists the controls"
        return Rehearsed(HarnessError.exit_code, None, (said,))
    return Rehearsed(int(code), door.record, tuple(door.lines))


class _Doorway:
    """Registers the door under its name as soon as pytest knows plugins."""

    def __init__(self, door: FrontDoor) -> None:
        self._door = door

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self._door, NAME)
