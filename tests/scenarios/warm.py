"""Starts `golive` in a fork of a process that has imported it, which saves a rehearsal its imports.

It runs to its end in a process of its own all the same, with its own arguments, environment, folder and
output; tests/cli starts it as a user does.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path

PRELOADED = [
    "harness.mutants.preload",
    "harness.plugin.session.embed",
    "harness.cli.run",
    "tests.scenarios.warm",
]


def run_golive(
    arguments: Sequence[str], *, cwd: Path, environment: Mapping[str, str], timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run` of the command would end.

    Raises:
        TimeoutExpired: it did not end, and was killed.
    """
    with tempfile.TemporaryDirectory(prefix="warm-") as place:
        out, err = Path(place) / "out", Path(place) / "err"
        child = _server().Process(target=_golive, args=(list(arguments), cwd, dict(environment), out, err))
        child.start()
        child.join(timeout_s)
        if child.is_alive():
            child.kill()
            raise subprocess.TimeoutExpired(["golive", *arguments], timeout_s)
        said = [each.read_text("utf-8", "backslashreplace") for each in (out, err)]
    return subprocess.CompletedProcess(["golive", *arguments], child.exitcode or 0, *said)


@cache
def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def _golive(arguments: list[str], cwd: Path, environment: dict[str, str], out: Path, err: Path) -> None:
    """In the fork: become the command."""
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    multiprocessing.process._parent_process = None  # type: ignore[attr-defined]
    # A command that a user types has nobody to end with, and no thread that watches for that.
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["golive", *arguments]
    from harness.cli import main  # noqa: PLC0415 - imported already, or here for its first time

    code = 1
    try:
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
