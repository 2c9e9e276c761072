"""A forked child: a function of ours in a process of its own, which tells us through a pipe what it does."""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from harness.processes.parent import end_with_parent

ENDS_WITHIN_S = 5.0
"""A process that has sent its last message, or whose pipe was closed, is as good as gone."""


class Forked:
    """Forked when made; a full pipe holds it up until somebody listens.

    Args:
        run: what it does; it gets the arguments, and the writing end of the pipe.
        older: siblings forked before.
    """

    def __init__(self, run: Callable[..., None], *arguments: object, older: Iterable[Forked] = ()) -> None:
        context = get_context("fork")
        self._pipe, theirs = context.Pipe(duplex=False)
        # Whoever holds the reading end of a pipe keeps its child from noticing that nobody reads any more.
        inherited = [self._pipe, *(each._pipe for each in older)]
        self._process = context.Process(target=_run, args=(inherited, run, *arguments, theirs), daemon=True)
        self._heard: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._told = False
        try:
            self._process.start()
        finally:
            theirs.close()

    def listen(self) -> None:
        """From now on nothing is forked any more, so that there may be threads."""
        if self._listener.ident is None:
            self._listener.start()

    def has_spoken(self) -> bool:
        """Whether a message waits to be taken."""
        return not self._heard.empty()

    def hear(self, deadline: float | None = None) -> object:
        """The next message; an exception, why there are no more: EOFError where its end was closed.

        Args:
            deadline: on the monotonic clock.

        Raises:
            queue.Empty: there was none until then.
        """
        return self._heard.get(timeout=None if deadline is None else max(deadline - time.monotonic(), 0))

    def tell_to_end(self) -> None:
        """Interrupt it, as a Ctrl-C would; once."""
        if not self._told and self._process.is_alive() and self._process.pid is not None:
            self._told = True
            os.kill(self._process.pid, signal.SIGINT)

    def kill(self) -> None:
        """End it now."""
        signal_group(self._process, signal.SIGKILL)

    def end(self) -> bool:
        """Whether it ends by itself; else it is killed."""
        self._process.join(ENDS_WITHIN_S)
        if by_itself := not self._process.is_alive():
            return by_itself
        self.kill()
        self._process.join()
        return False

    def cause_of_death(self) -> str:
        """How a child ended that sent no last message."""
        self._process.join(ENDS_WITHIN_S)
        code = self._process.exitcode
        if code is not None and code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended without a word, with {code}"

    def _listen(self) -> None:
        try:
            while True:
                self._heard.put(self._pipe.recv())
        except Exception as error:  # noqa: BLE001 - whoever waits for a message must not wait for ever
            self._heard.put(error)
        finally:
            self._pipe.close()


def _run(inherited: Iterable[Connection], run: Callable[..., None], *arguments: object) -> None:
    for each in inherited:
        each.close()
    run(*arguments)


def stand_alone(output: Path) -> None:
    """In a forked child: output of its own, and no Ctrl-C but that of its parent, with which it ends."""
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(file, stream)
    os.close(file)
    if hasattr(os, "setsid"):
        os.setsid()
    end_with_parent()


def signal_group(process: BaseProcess, number: signal.Signals) -> None:
    """Signal a child that stands alone, with everything that it started; one that does not yet is killed."""
    if process.pid is None:
        return
    try:
        os.killpg(process.pid, number)
    except PermissionError:
        pass  # what is left of it is dead and not yet buried
    except (AttributeError, ProcessLookupError):  # it has no group of its own, not yet or not here
        process.kill()
