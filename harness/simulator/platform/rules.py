"""What one provider's platform decides otherwise than another's."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from harness.core.payment import Product
from harness.simulator.platform.orders import Handle


class Rules(Protocol):
    """One provider's lifetimes and identifiers. Moments are business time."""

    live: str
    """Where the live platform's own pages for payers are."""

    def closes_at(self, created: datetime, payable_until: datetime) -> datetime | None:
        """When an unpaid order closes by itself that can be paid until then; None: it does not."""
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

    def transaction_id(self, now: datetime, running: int, payer: str) -> str:
        """The platform's own number of a payment; `running` makes it unique, `payer` may show in it."""
        ...

    def refund_id(self, now: datetime, running: int) -> str:
        """The platform's own number of a refund; `running` makes it unique."""
        ...
