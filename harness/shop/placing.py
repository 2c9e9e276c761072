"""A gateway that places orders, or asks for them, in another way than the one it stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.payment import Order, Prepared, Transaction
from harness.gateways.protocol import PaymentGateway


class Placing:
    """Another gateway in everything but how it places an order, or asks for one.

    Args:
        inner: the other gateway.
        place: places an order the wrong way.
        further: what it uses beside the other; closed with it.
        ask: asks the wrong way; None: as the other does.
    """

    def __init__(
        self,
        inner: PaymentGateway,
        place: Callable[[Order], Prepared],
        *further: PaymentGateway,
        ask: Callable[[str], Transaction] | None = None,
    ) -> None:
        self._all = (inner, *further)
        self.create = place
        self.query = ask or inner.query

    def __getattr__(self, name: str) -> Any:
        return getattr(self._all[0], name)

    def close_connections(self) -> None:
        """Close all."""
        for each in self._all:
            each.close_connections()
