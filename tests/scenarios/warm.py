"""Starts `golive` or `pytest` in a fork of a process that has imported it, which saves a run its imports.

It runs to its end in a process of its own all the same, with its own arguments, environment, folder and
output; tests/cli starts it as a user does.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

from harness.plugin import scenario_names

PRELOADED = [
    "harness.mutants.preload",
    "harness.plugin.session.embed",
    "harness.cli.run",
    "tests.scenarios.warm",
]


def run_warm(
    command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], timeout_s: float = 240
) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run` of `golive …` or of `python -m pytest …` would end.

    The environment is read when the command runs: what Python itself reads of it as it starts (`PYTHONPATH`
    aside) has no effect.

    Raises:
        TimeoutExpired: it did not end, and was killed.
    """
    with tempfile.TemporaryDirectory(prefix="warm-") as place:
        out, err = Path(place) / "out", Path(place) / "err"
        child = _server().Process(target=_become, args=(list(command), cwd, dict(environment), out, err))
        child.start()
        child.join(timeout_s)
        if child.is_alive():
            child.kill()
            raise subprocess.TimeoutExpired(command, timeout_s)
        said = [each.read_text("utf-8", "backslashreplace") for each in (out, err)]
    return subprocess.CompletedProcess(command, child.exitcode or 0, *said)


@cache
def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def _become(command: list[str], cwd: Path, environment: dict[str, str], out: Path, err: Path) -> None:
    """In the fork: become the command."""
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    multiprocessing.process._parent_process = None  # type: ignore[attr-defined]
    # A command that a user types has nobody to end with, and no thread that watches for that.
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))
    sys.argv = command
    code = 1
    try:
        _COMMANDS[command[0]]()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        if (broken := sys.exc_info())[0] is not None:
            sys.excepthook(*broken)
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _golive() -> None:
    from harness.cli import main  # noqa: PLC0415 - imported already, or here for its first time

    main()


def _pytest() -> None:
    for name in list(sys.modules):  # those of the checkout are not those of the folder that is asked about
        if name.partition(".")[0] in ("scenarios", "conftest"):
            del sys.modules[name]
    for found_before in (scenario_names.scenario_folders, scenario_names._ours):
        found_before.cache_clear()
    # Ours were imported before this pytest could rewrite them, which says nothing about them.
    rewrite.AssertionRewritingHook._warn_already_imported = lambda *_: None  # type: ignore[method-assign]
    sys.path.insert(0, "")  # as `python -m` does
    sys.exit(pytest.console_main())


_COMMANDS = {"golive": _golive, "pytest": _pytest}
