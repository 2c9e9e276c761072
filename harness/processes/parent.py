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
from _thread import start_new_thread  # by name, as gevent has not patched it: a busy loop cannot hold it up
from collections.abc import Callable
from time import sleep

_PARENT = "GOLIVE_PARENT"
"""Its process id."""
_LOOKS_EVERY_S = 1.0
_MAY_TAKE_S = 30.0
"""To end in order, once the parent is gone."""


def ending_with_us() -> dict[str, str]:
    """The environment of a child that is to end when this process does."""
    return {**os.environ, _PARENT: str(os.getpid())}


def forks_end_with_us() -> None:
    """From now on: whoever is forked from this process is asked to end, with SIGTERM, once it is gone.

    They watch from their first moment: what they are forked for may take long, or wait for this process.
    """
    us = os.getpid()

    def forked() -> None:
        if os.getppid() == us:
            os.environ.pop(_PARENT, None)
            _watch(lambda: os.getppid() == us, signal.SIGTERM)

    os.register_at_fork(after_in_child=forked)


def end_with_parent() -> None:
    """In such a child: from now on, be asked to end once the parent is gone. In any other process: nothing.

    A program is asked with SIGTERM, as a service manager would; a forked function, which has no handler for
    that, with a Ctrl-C.
    """
    named = os.environ.pop(
        _PARENT, ""
    )  # asked twice it watches once; our own children are to watch us, if anybody
    forker = multiprocessing.parent_process()
    if named:
        parent = int(named)
        _watch(lambda: os.getppid() == parent, signal.SIGTERM)
    elif forker is not None and forker.pid == os.getppid():
        _watch(lambda: forker.pid == os.getppid(), signal.SIGINT)
    elif forker is not None:  # a fork server stands between us
        _watch(forker.is_alive, signal.SIGINT)


def _watch(there: Callable[[], bool], ask: signal.Signals) -> None:
    def watch() -> None:
        while there():
            sleep(_LOOKS_EVERY_S)
        os.kill(os.getpid(), ask)
        sleep(_MAY_TAKE_S)
        os.kill(os.getpid(), signal.SIGKILL)  # it cannot end in order, and nobody is left to see it

    start_new_thread(watch, ())
