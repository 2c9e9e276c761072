"""How a command runs a rehearsal: pytest in this process, with its own words kept down."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

import pytest

from harness.core.errors import GoLiveError, HarnessError, UsageError
from harness.core.findings import told_in
from harness.evidence import RunRecord
from harness.plugin.options import Options
from harness.plugin.scenario_names import scenario_folders
from harness.plugin.session.printout import Printout, redact_error
from harness.plugin.session.record_setup import run_folder

BY_MODULE = ("-p", "no:golive", "-p", "harness.plugin")
"""Loads the plugin by its module, whether or not pytest may load what is installed of itself."""


@dataclass(slots=True, eq=False)
class EmbeddedRun:
    """The pytest plugin in which a command hands over the options and is told how the run ended.

    Its presence keeps ours quiet. Pytest's own words go nowhere: they would be blank lines, and
    a banner with a place in our code for every Ctrl-C.
    """

    options: Options
    output: TextIO
    """Where pytest's own words go."""
    refused: GoLiveError | None = None
    record: RunRecord | None = None
    """None when nothing was recorded."""
    lines: list[str] = field(default_factory=list)
    leaks: Callable[[], list[str]] = list
    """Searches the folder for this run's secrets once more, when further files have been written into it."""
    code: int = HarnessError.exit_code
    printout: Printout = field(default_factory=Printout)
    broken: str = ""
    """What broke outside any scenario."""

    @classmethod
    def of(cls, config: pytest.Config) -> EmbeddedRun | None:
        """The one that runs this pytest; None: it was started by hand."""
        return next((each for each in config.pluginmanager.get_plugins() if isinstance(each, cls)), None)

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.unregister(name="terminalreporter")
        config.pluginmanager.register(pytest.TerminalReporter(config, self.output), "terminalreporter")

    def pytest_internalerror(self, excrepr: object, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Something broke outside any scenario: a bug of ours, or a disk that is full."""
        if isinstance(excinfo.value, GoLiveError):
            self.refused = self.refused or excinfo.value
        self.broken = str(excrepr).strip().splitlines()[-1]


def rehearse(options: Options, *, watchers: Sequence[object]) -> EmbeddedRun:
    """Run the scenarios with these options.

    Args:
        options: `out` None is a new folder below `runs`.
        watchers: pytest plugins that show progress or listen to the user.

    Raises:
        GoLiveError: the run was refused before anything was exercised.
        KeyboardInterrupt: it was interrupted before there was a record.
    """
    folder = options.out or run_folder(options.runs)
    _make(folder)
    quiet = ["-qq", "--no-header", "--no-summary", "--tb=short", *BY_MODULE]
    # We are imported before pytest could rewrite our assertions; scenarios are not, and theirs matter.
    quiet += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    # Heard in an old-style hook's tidying, a Ctrl-C is a warning first; the exception follows all the same.
    quiet += ["-W", "ignore::pluggy.PluggyTeardownRaisedWarning"]
    # A watch over every scenario is a thread each, and its stacks would go nowhere.
    quiet += ["-o", "faulthandler_timeout=0"]
    # Allure's files are made of the record afterwards; its plugin would write thousands of them meanwhile.
    quiet += ["-p", "no:allure_pytest"]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        run = EmbeddedRun(replace(options, out=folder), nowhere)
        try:
            code = pytest.main([*map(str, scenario_folders()), *quiet], plugins=[run, *watchers])
        finally:
            if error := sys.exception():  # a plugin broke while pytest was closing
                redact_error(error, run.printout.redactor)
    if run.record is None:
        _sweep(folder)
    if run.refused is not None:
        raise run.refused
    if run.record is None:
        if code == pytest.ExitCode.INTERRUPTED:
            raise KeyboardInterrupt
        if run.broken:
            raise HarnessError(run.broken, remedy="please report it")
        said = "nothing ran: no scenario exercises what was asked for; `golive explain` lists the controls"
        run.lines.append(told_in(said, options.language))
    elif run.broken:
        said = f"harness error: {run.broken}; please report it with the run record"
        run.lines.append(told_in(said, options.language))
    else:
        run.code = int(code)
    return run


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
