"""Over which wires the platform saw the merchant's orders come: evidence on a wire wants one order on it."""

from __future__ import annotations

from harness.core.dialects import dialect
from harness.levers.client import LeversClient
from harness.levers.models import OrderAudit


class WireWatch:
    """Watches the orders of one merchant that is said to speak one wire.

    Args:
        levers: of the simulator.
        wire: what the merchant is said to speak.
    """

    def __init__(self, levers: LeversClient, wire: str) -> None:
        self._levers = levers
        self._wire = wire
        self._known = set(levers.orders())
        self._seen: set[str] = set()
        self.of_others = False
        """Whether, at the last doubt, no order at all had come over a wire of that provider."""

    def doubt(self) -> str:
        """Why what happened since this was last asked is no evidence on that wire; empty: nothing against it.

        At least one of the orders made meanwhile must have come over it; of none, one of those before.
        Others may have come over another wire: that is what happens when one breaks down.
        """
        made = [number for number in self._levers.orders() if number not in self._known]
        self._known.update(made)
        lately: set[str] = set()
        for number in made:
            if self._wire not in lately:
                lately |= wires_of(self._levers.audit(number))
        self._seen |= lately
        seen = lately if made else self._seen
        self.of_others = bool(seen) and provider_of(self._wire) not in set(map(provider_of, seen))
        if not seen or self._wire in seen:
            return ""
        return (
            f"no evidence on {self._wire}: the platform saw every order come over {', '.join(sorted(seen))}; "
            "see which wire the app is configured for, and say so in the profile (dialect)"
        )


def provider_of(wire: str) -> str:
    """Whose money moves on it."""
    return dialect(wire).provider


def wires_of(audit: OrderAudit) -> set[str]:
    """Every wire that an order was placed over."""
    brought = {event.detail.get("dialect", "") for event in audit.events}
    return {audit.dialect, *brought} - {""}
