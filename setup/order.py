"""One set-up at a time, and its order. Exit codes: 0 ready, 3 not to be had, 4 usage, 130 interrupted."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from setup import fingerprint, lock
from setup.browser import ready_browser
from setup.debian import Debian
from setup.languages import ready_languages
from setup.mirrors import program_environment
from setup.node import ready_node
from setup.packages import compiled, learn_mirrors, ready_environment, ready_uv
from setup.postgresql import ready_postgresql
from setup.programs import SetupFailed, Work, tell
from setup.prometheus import ready_prometheus
from setup.scanner import ready_scanner
from setup.shells import ready_shells

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Set up, or refresh the locks; returns the exit code."""
    if list(arguments) not in ([], ["lock"]):
        print("usage: python3 setup [lock]", file=sys.stderr)
        return 4
    work = Work(root, program_environment(os.environ, root))
    (root / ".tools").mkdir(exist_ok=True)
    try:
        with (root / ".tools" / "setup.lock").open("w") as alone:
            fcntl.flock(alone, fcntl.LOCK_EX)
            if arguments:
                lock.refresh(work)
            else:
                set_up(work)
    except SetupFailed as failure:
        print(f"set-up: {failure.what}\n        → {failure.remedy}", file=sys.stderr, flush=True)
        return 3
    except KeyboardInterrupt:
        print("set-up: interrupted; run the same again to go on", file=sys.stderr, flush=True)
        return 130
    return 0


def set_up(work: Work) -> None:
    """Bring in whatever is missing; with nothing missing this takes a fraction of a second."""
    started = time.monotonic()
    if browser := fingerprint.fresh(work.root, os.environ):
        tell(f"nothing missing; browser {browser} ({time.monotonic() - started:.1f} s)")
        return
    learn_mirrors(work)
    uv = ready_uv(work)
    ready_environment(work, uv)
    ready_scanner(work, uv)
    ready_node(work)
    debian = Debian(work)
    ready_shells(work, debian)
    ready_languages(work, debian)
    ready_postgresql(work, debian)
    ready_prometheus(work, debian)
    browser_path = ready_browser(work, debian)
    with work.telling("Python's bytecode of a rehearsal"):
        compiled(work)
    fingerprint.write(work.root, os.environ, browser_path)
    tell(f"complete ({time.monotonic() - started:.1f} s)")
