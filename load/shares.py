"""Who has which share of a load: dealt once, waited for, and handed in. It knows no Locust.

A worker that was lost is missed instead of averaged away, and what a worker of another load hands in is
never counted.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from load.measurement import Measurement


class Shares:
    """The shares of one load, as the master has them; alone, a process has the only one."""

    def __init__(self) -> None:
        self.size = 1
        """How many processes send."""
        self.parts: dict[int, Measurement] = {}
        """What was handed in, by share."""
        self._out: dict[str, int] = {}
        """Shares that are out, by worker."""
        self._waiting: set[str] = set()
        """Workers that are not yet ready to start."""

    def deal(self, workers: Sequence[str]) -> None:
        """Give each worker its share, in their order."""
        self.size = len(workers)
        self._out = {worker: index for index, worker in enumerate(workers)}
        self._waiting = set(workers)

    def of(self, worker: str) -> int | None:
        """The worker's share; None when it has none, since it came too late or is another load's."""
        return self._out.get(worker)

    def ready(self, worker: str) -> bool:
        """Note that a worker is prepared. Returns whether it was the last that the others waited for."""
        if worker not in self._waiting:
            return False
        self._waiting.discard(worker)
        return not self._waiting

    def take(self, worker: str, index: int, part: Measurement | None) -> bool:
        """Take in what a worker measured, if anything.

        Returns:
            Whether it never got as far as starting, so that nobody starts.
        """
        if part is not None:
            self.parts[index] = part
        self._out.pop(worker, None)
        unready = worker in self._waiting
        if unready:
            self._waiting.clear()
        return unready

    @property
    def outstanding(self) -> int:
        """How many shares were dealt and not handed in."""
        return len(self._out)

    def all_lost(self, alive: Container[str]) -> bool:
        """Whether shares are out, and every worker that has one is gone."""
        return bool(self._out) and not any(worker in alive for worker in self._out)
