"""The audit trail of one order: what happened to it and how each callback attempt ended."""

from __future__ import annotations

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

    __slots__ = ("_deliveries", "_events")

    def __init__(self) -> None:
        self._events: list[_Event] = []
        self._deliveries: list[Delivery] = []

    def note(self, kind: str, **detail: str) -> None:
        """Something happened now."""
        self._events.append(_Event(wire_now(), kind, detail))

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
