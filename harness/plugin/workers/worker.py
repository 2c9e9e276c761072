"""A worker process as the first process sees it: it takes what the worker tells, and ends it."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from contextlib import suppress

import pytest

from harness.plugin.marks import lane_of
from harness.plugin.session.rehearsal import Rehearsal
from harness.plugin.workers.inside import run_worker
from harness.plugin.workers.messages import Ended, Judged, Reported, Secrets, Started, Written
from harness.processes.forked import Forked


class Worker(Forked):
    """A forked child with scenarios of one wire; a pytest plugin that takes its messages now and then.

    Args:
        session: whose scenarios these are.
        items: the worker's share of them.
        rehearsal: the run, which counts what the worker judges.
        older: workers forked before.
    """

    def __init__(
        self,
        session: pytest.Session,
        items: Sequence[pytest.Item],
        rehearsal: Rehearsal,
        *,
        older: Sequence[Worker],
    ) -> None:
        self._session = session
        self._rehearsal = rehearsal
        self._wire = lane_of(items[0])
        self._ended = False
        self._last = "before its first scenario"
        super().__init__(run_worker, session, items, rehearsal, older=older)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self) -> None:
        """A scenario of ours has ended: now what the worker told does not come in between."""
        while self.has_spoken():
            self._take(self.hear())

    def pytest_golive_interrupted(self) -> None:
        """Ours is waiting for the load's last answers: no need for the worker to go on meanwhile."""
        self.tell_to_end()

    def join(self) -> None:
        """Hear the worker to its end.

        Raises:
            pytest.Session.Failed: `-x`, and it had a failure.
        """
        while not self._ended:
            self._take(self.hear())
            if self._session.shouldfail:
                raise self._session.Failed(self._session.shouldfail)
        self._end_process()

    def stop(self, deadline: float) -> None:
        """Wait until it has ended, or make it: what it judged counts.

        Args:
            deadline: on the monotonic clock; workers that end together share it.
        """
        self.listen()
        try:
            self._take_all(deadline)
        except queue.Empty:
            self.kill()
            self._take_all()
        self._end_process()

    def give_up(self) -> None:
        """End it now, whatever it is doing, and take what it has told; it never raises."""
        self.kill()
        with suppress(queue.Empty):
            self._take_all(deadline=0)
        if not self._ended:
            self._lost(f"the worker process of {self._wire} was given up, {self._last}")

    def _take_all(self, deadline: float | None = None) -> None:
        while not self._ended:
            self._take(self.hear(deadline))

    def _take(self, message: object) -> None:
        config = self._session.config
        match message:
            case Started(nodeid):
                self._last = nodeid
            case Secrets(texts):
                self._rehearsal.hide(texts)
            case Written(digests):
                self._rehearsal.record.was_written(digests)
            case Judged(checks):
                self._rehearsal.concluded += 1  # the worker wrote its checks down itself
                config.hook.pytest_golive_checked(checks=checks)
            case Reported(data):
                report = config.hook.pytest_report_from_serializable(config=config, data=dict(data))
                config.hook.pytest_runtest_logreport(report=report)
            case Ended(trouble, app_answers):
                self._rehearsal.recorder.app_answers += app_answers
                for what in trouble:
                    self._rehearsal.broke(what)
                self._ended = True
            case _ if not self._ended:
                self._lost(self._died_of(message))

    def _lost(self, how: str) -> None:
        """It tells nothing any more, and not all that it wrote is known."""
        self._ended = True
        self._rehearsal.record.writer_lost = True
        self._rehearsal.broke(how)

    def _died_of(self, message: object) -> str:
        if not isinstance(message, EOFError):
            how = f"{type(message).__name__}: {message}"
            return f"the worker process of {self._wire} could not be understood ({how}), {self._last}"
        how = self.cause_of_death()
        return f"the worker process of {self._wire} {how}, {self._last}: golive run --one-by-one shows more"

    def _end_process(self) -> None:
        """The process of a worker that sent its last message ends by itself, or is ended."""
        if not self.end():
            self._rehearsal.broke(
                f"the worker process of {self._wire} had cleared up and did not end: killed"
            )
