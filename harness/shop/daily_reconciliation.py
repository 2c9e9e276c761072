"""Every provider's bill of a day, each compared with what the shop has of that provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from harness.shop.reconciliation.record import DayRecord
from harness.shop.reconciliation_service import Reconciliation


@dataclass(frozen=True, slots=True)
class DailyReconciliation:
    """The daily jobs of all providers that the shop takes; thread-safe."""

    of_providers: tuple[Reconciliation, ...]
    """WeChat's first."""

    def start(self) -> None:
        """Reconcile from today on, where that has not begun before."""
        for each in self.of_providers:
            each.start()

    def next_due(self) -> datetime | None:
        """When a platform is to be asked for a bill next."""
        return min((due for each in self.of_providers if (due := each.next_due())), default=None)

    def run_next(self) -> None:
        """Reconcile the day whose turn it is."""
        due = self.next_due()
        for each in self.of_providers:
            if due is not None and each.next_due() == due:
                each.run_next()
                return

    def run(self, day: date) -> list[DayRecord]:
        """Reconcile a day now at every provider, also one that was.

        Raises:
            Refusal: the day is not over.
        """
        return [each.run(day) for each in self.of_providers]

    def of(self, day: date) -> list[DayRecord]:
        """How a day stands at every provider, without asking anybody."""
        return [each.of(day) for each in self.of_providers]

    def latest(self, most: int) -> list[DayRecord]:
        """The newest days of every provider, the newest first."""
        found = [record for each in self.of_providers for record in each.book.latest(most)]
        return sorted(found, key=lambda record: record.day, reverse=True)

    def close_connections(self) -> None:
        """Give back the sockets."""
        for each in self.of_providers:
            each.close_connections()
