"""Ends a child when the process that started it is gone.

A process that is killed says goodbye to nobody. Where a simulator, a shop or a load is started for one run
only, its environment names who started it, and it looks once a second whether that one is still there. Who
starts one by hand names nobody: it runs on in the background for as long as its user likes. A forked child
knows its parent from multiprocessing.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable

_PARENT = "GOLIVE_PARENT"
"""Process ids, joined by commas: one of them is the parent."""
_LOOKS_EVERY_S = 1.0
_MAY_TAKE_S = 30.0
"""To end in order, once the parent is gone."""


def ending_with_us() -> dict[str, str]:
    """The environment of a child that is to end when this process does."""
    return {**os.environ, _PARENT: str(os.getpid())}


def forks_end_with_us() -> None:
    """In such a child, before it forks: whoever is forked from it ends with it."""
    if _PARENT in os.environ:
        os.environ[_PARENT] += f",{os.getpid()}"


def end_with_parent() -> None:
    """In such a child: from now on, be asked to end once the parent is gone. In any other process: nothing.

    A program is asked with SIGTERM, as a service manager would; a forked function, which has no handler for
    that, with a Ctrl-C.
    """
    named = os.environ.pop(_PARENT, "")  # our own children are to watch us, if anybody
    forker = multiprocessing.parent_process()
    if named:
        parents = frozenset(map(int, named.split(",")))
        _watch(lambda: os.getppid() in parents, signal.SIGTERM)
    elif forker is not None and forker.pid == os.getppid():
        _watch(lambda: forker.pid == os.getppid(), signal.SIGINT)
    elif forker is not None:  # a fork server stands between us
        _watch(forker.is_alive, signal.SIGINT)


def _watch(there: Callable[[], bool], ask: signal.Signals) -> None:
    def watch() -> None:
        while there():
            time.sleep(_LOOKS_EVERY_S)
        os.kill(os.getpid(), ask)
        time.sleep(_MAY_TAKE_S)
        os.kill(os.getpid(), signal.SIGKILL)  # it cannot end in order, and nobody is left to see it

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
