"""The wires of one simulator: a row of the table of dialects each, and what each tells of an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.core.dialects import all_dialects, made
from harness.simulator.account.identity import Identity
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.wire.kit.wire import Wire, WireContext


class Wires(dict[str, Wire]):
    """By the id of the dialect; none before `open`."""

    def open(self, lent: Callable[[str], WireContext]) -> None:
        """Open one for every dialect of the table.

        Args:
            lent: what the simulator lends to the wire of that dialect.
        """
        for spec in all_dialects():
            self[spec.id] = made(spec.wire)(lent(spec.id))

    def settings(self, identity: Identity, base_url: str, notify_url: str) -> list[dict[str, str]]:
        """What a merchant's settings say of each."""
        return [wire.settings(identity, base_url, notify_url) for wire in self.values()]

    def told(self, order: PlatformOrder) -> Mapping[str, object]:
        """What a callback of a payment carries, in the dialect that brought the order."""
        return self[order.request.dialect].told(order.as_it_was_paid())

    def over_told(self, order: PlatformOrder) -> Mapping[str, object] | None:
        """What a callback carries of an order whose time is over; None: there is no word for that."""
        return self[order.request.dialect].over_told(order)

    def refund_told(self, refund: PlatformRefund) -> Mapping[str, object]:
        """What a callback of a refund carries."""
        return self[refund.request.dialect].refund_told(refund)
