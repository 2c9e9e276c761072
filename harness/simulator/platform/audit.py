"""The audit trail of one order: what happened to it and how each callback attempt ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from harness.core.clock import wire_now
from harness.levers.models import AuditEvent, Delivery


class _Event(NamedTuple):
    at: datetime
    kind: str
    detail: dict[str, str]


class Trail:
    """Appends only; light enough to sit on the path of every request."""

    __slots__ = ("_deliveries", "_events", "changed")

    def __init__(self) -> None:
        self._events: list[_Event] = []
        self._deliveries: list[Delivery] = []
        self.changed: Callable[[], None] | None = None
        """Called whenever something about the order is new; None: nobody keeps it."""

    def note(self, kind: str, **detail: str) -> None:
        """Something happened now."""
        self._events.append(_Event(wire_now(), kind, detail))
        if self.changed is not None:
            self.changed()

    def touch(self) -> None:
        """Something about the order is new that is no event."""
        if self.changed is not None:
            self.changed()

    def events_from(self, number: int) -> list[tuple[datetime, str, dict[str, str]]]:
        """Those after the first so many."""
        return list(self._events[number:])

    def found_again(
        self, events: Iterable[tuple[datetime, str, dict[str, str]]], deliveries: Iterable[Delivery]
    ) -> None:
        """What had happened before a restart."""
        self._events.extend(_Event(*each) for each in events)
        self._deliveries.extend(deliveries)

    def delivered(self, delivery: Delivery) -> None:
        """A callback attempt ended, well or badly."""
        self._deliveries.append(delivery)
        self.note(
            "notify-attempt",
            attempt=str(delivery.attempt),
            status=str(delivery.status) if delivery.status is not None else "",
            signature=delivery.signature_kind,
            accepted=str(delivery.accepted).lower(),
        )

    def since(self, moment: datetime, *kinds: str) -> list[AuditEvent]:
        """What of these kinds happened since a moment of wire time."""
        if not self._events or self._events[-1].at < moment:
            return []
        return [
            AuditEvent(at=each.at, kind=each.kind, detail=each.detail)
            for each in self._events
            if each.at >= moment and each.kind in kinds
        ]

    @property
    def events(self) -> tuple[AuditEvent, ...]:
        """Everything that happened, oldest first."""
        return tuple(AuditEvent(at=at, kind=kind, detail=detail) for at, kind, detail in self._events)

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Every callback attempt, oldest first."""
        return tuple(self._deliveries)
