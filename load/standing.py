"""How far a load is, told while it runs: each worker to its master, and that to a Prometheus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from load.live import TOLD, Live
from load.options import Options

Told = dict[str, Any]
"""What `Generator.told` says."""


class Standing:
    """Tells how far a load is, where somebody asked for it (`--metrics`).

    Args:
        own: what this process has to tell; None before it sends.
    """

    def __init__(self, own: Callable[[], Told | None]) -> None:
        self._own = own
        self._workers: dict[str, Told] = {}
        """How far each worker said it was, last."""

    def give_to_master(self, events: Any, *, wanted: Callable[[], bool]) -> None:
        """Send it along with every report to the master, once it is known whether that wants it."""

        def report(client_id: str, data: dict[str, Any], **ignored: Any) -> None:
            told = self._own() if wanted() else None
            if told is not None:
                data[TOLD] = told

        events.report_to_master.add_listener(report)

    def take_from_workers(self, events: Any) -> None:
        """Keep what each worker's reports say."""
        events.worker_report.add_listener(self._hear)

    def serve(self, options: Options) -> None:
        """Let a Prometheus read it.

        Raises:
            GoLiveError: the port is taken.
        """
        if options.metrics is not None:
            live = Live(Path(options.played_set).stem, options.schedule.expected, self.of_all)
            live.serve(options.metrics)

    def _hear(self, client_id: str, data: dict[str, Any], **ignored: Any) -> None:
        if TOLD in data:
            self._workers[client_id] = data[TOLD]

    def of_all(self) -> list[Told]:
        """What each process that said something said last, this one first."""
        own = self._own()
        return [*([] if own is None else [own]), *self._workers.values()]
