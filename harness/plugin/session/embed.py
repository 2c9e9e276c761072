"""How a command runs a rehearsal: pytest in this process, with its own words kept down."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import pytest

from harness.core.errors import GoLiveError, HarnessError, UsageError
from harness.evidence import RunRecord
from harness.plugin.session.record_setup import run_folder, scenario_folders

NAME = "golive-front-door"


@dataclass(slots=True)
class EmbeddedRun:
    """What the plugin hands back to the command. Its presence tells the plugin to stay quiet itself."""

    refused: GoLiveError | None = None
    record: RunRecord | None = None
    lines: list[str] = field(default_factory=list)
    leaks: Callable[[], list[str]] = list
    broken: str = ""
    """What broke outside any scenario."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How a rehearsal ended. `record` is None when nothing was recorded."""

    code: int
    record: RunRecord | None
    lines: tuple[str, ...]
    leaks: Callable[[], list[str]] = list
    """Searches the folder for this run's secrets once more, when further files have been written into it."""


def rehearse(arguments: Sequence[str], *, out: Path | None, watchers: Sequence[object]) -> Rehearsed:
    """Run the scenarios with these plugin options.

    Args:
        out: the record's folder; None for a new one under `runs/`.
        watchers: pytest plugins that show progress or listen to the user.

    Raises:
        GoLiveError: the run was refused before anything was exercised.
        KeyboardInterrupt: it was interrupted before there was a record.
    """
    folder = out or run_folder(Path("runs"))
    _make(folder)
    door = EmbeddedRun()
    quiet = ["-qq", "--no-header", "--no-summary", "--tb=short", "-p", "harness.plugin"]
    # We are imported before pytest could rewrite our assertions; scenarios are not, and theirs matter.
    quiet += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    # Heard in an old-style hook's tidying, a Ctrl-C is a warning first; the exception follows all the same.
    quiet += ["-W", "ignore::pluggy.PluggyTeardownRaisedWarning"]
    # A watch over every scenario is a thread each, and its stacks would go nowhere.
    quiet += ["-o", "faulthandler_timeout=0"]
    # Allure's files are made of the record afterwards; its plugin would write thousands of them meanwhile.
    kept = [f"--out={folder}", "-p", "no:allure_pytest"]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        code = pytest.main(
            [*map(str, scenario_folders()), *quiet, *kept, *arguments],
            plugins=[_Doorway(door, nowhere), *watchers],
        )
    if door.record is None:
        _sweep(folder)
    if door.refused is not None:
        raise door.refused
    if door.record is None:
        if code == pytest.ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        if door.broken:
            raise HarnessError(door.broken, remedy="please report it")
        said = "nothing ran: no scenario exercises what was asked for; `golive explain` lists the controls"
        return Rehearsed(HarnessError.exit_code, None, (said,))
    if door.broken:
        said = f"harness error: {door.broken}; please report it with the run record"
        return Rehearsed(HarnessError.exit_code, door.record, (*door.lines, said))
    return Rehearsed(int(code), door.record, tuple(door.lines), door.leaks)


def _make(folder: Path) -> None:
    """Say what is wrong with the place before anything is started."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"cannot write a run record: {error.strerror}",
            where=str(folder),
            remedy="choose another place with --out",
        ) from error


def _sweep(folder: Path) -> None:
    """Leave no folder behind that holds nothing; what holds something is somebody's."""
    with suppress(OSError):
        folder.rmdir()


class _Doorway:
    """Registers the door as soon as pytest knows plugins, and lets pytest's own words go nowhere.

    They would be blank lines, and a banner with a place in our code for every Ctrl-C.
    """

    def __init__(self, door: EmbeddedRun, nowhere: TextIO) -> None:
        self._door = door
        self._nowhere = nowhere

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self._door, NAME)
        config.pluginmanager.unregister(name="terminalreporter")
        config.pluginmanager.register(pytest.TerminalReporter(config, self._nowhere), "terminalreporter")

    def pytest_internalerror(self, excrepr: object) -> None:
        """Something broke outside any scenario: a bug of ours, or a disk that is full."""
        self._door.broken = str(excrepr).strip().splitlines()[-1]
