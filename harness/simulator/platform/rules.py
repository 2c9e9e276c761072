"""What one provider's platform decides otherwise than another's."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from harness.core.payment import Product
from harness.simulator.platform.orders import Handle


class Rules(Protocol):
    """One provider's lifetimes and identifiers. Moments are business time."""

    def closes_at(self, created: datetime) -> datetime:
        """When an unpaid order closes by itself."""
        ...

    def payable_until(self, created: datetime, time_expire: datetime | None) -> datetime:
        """When payment becomes impossible, for an order that wanted to end then."""
        ...

    def refunded_by(self, accepted: datetime) -> datetime:
        """When an accepted refund has arrived."""
        ...

    def issue(self, product: Product, now: datetime, expire_time: datetime | None, base_url: str) -> Handle:
        """What starts a payment, fresh. `base_url` is where this platform's own pages are found."""
        ...

    def transaction_id(self, now: datetime, running: int) -> str:
        """The platform's own number of a payment; `running` makes it unique."""
        ...

    def refund_id(self, now: datetime, running: int) -> str:
        """The platform's own number of a refund; `running` makes it unique."""
        ...
