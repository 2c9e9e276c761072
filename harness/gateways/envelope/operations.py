"""One provider's operations: what they take and answer, which is all of this gateway that is its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from harness.core.errors import GoLiveError, PlatformRefusal
from harness.core.payment import Order, Prepared, Provider, Transaction


class Operations(Protocol):
    """One provider's operations; knows no connection."""

    @property
    def dialect(self) -> str:
        """The row of the table."""
        ...

    @property
    def provider(self) -> Provider:
        """Whose money moves; its paths begin with it."""
        ...

    @property
    def success(self) -> str:
        """The `code` of an operation that succeeded."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """What requests carry beside the dialect's own headers."""
        ...

    def create(self, order: Order) -> dict[str, object]:
        """What a create adds to the envelope.

        Raises:
            UsageError: the order lacks what its product needs.
            NotSold: its product cannot be ordered.
        """
        ...

    def prepared(self, order: Order, data: Mapping[str, object], *, request_id: str) -> Prepared:
        """The answer to a create.

        Raises:
            TargetFailure: a member is missing, or it speaks of another order.
        """
        ...

    def query(self, out_trade_no: str) -> dict[str, object]:
        """What a query adds to the envelope."""
        ...

    def transaction(self, data: Mapping[str, object], *, out_trade_no: str) -> Transaction:
        """The answer to a query.

        Raises:
            TargetFailure: it speaks of another order, or is not what it must be.
        """
        ...

    def not_there(self, out_trade_no: str, refused: PlatformRefusal) -> Transaction | None:
        """What a query's refusal says of the order; None: nothing, and it stays a refusal."""
        ...

    def refused(
        self, status: int, code: str, message: str, *, operation: str, request_id: str
    ) -> GoLiveError:
        """What a signed refusal means."""
        ...
