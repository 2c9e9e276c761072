"""One provider's tools: names, arguments and answers, which is all of this gateway that is its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from harness.core.errors import GoLiveError, PlatformRefusal
from harness.core.payment import Order, Prepared, Provider, Transaction

Call = tuple[str, dict[str, object]]
"""A tool and its arguments."""


class Tools(Protocol):
    """One provider's tools; knows no connection."""

    @property
    def dialect(self) -> str:
        """The row of the table."""
        ...

    @property
    def provider(self) -> Provider:
        """Whose money moves."""
        ...

    @property
    def status(self) -> Call | None:
        """What tells how the service is; None: nothing does, and a handshake has to do."""
        ...

    def create(self, order: Order) -> Call:
        """The tool that places an order of its product.

        Raises:
            UsageError: the order lacks what its product needs.
            NotSold: there is no tool for its product.
        """
        ...

    def prepared(self, order: Order, members: Mapping[str, object], *, request_id: str) -> Prepared:
        """The answer of that tool.

        Raises:
            TargetFailure: a member is missing, or it speaks of another order.
        """
        ...

    def query(self, out_trade_no: str) -> Call:
        """The tool that looks an order up."""
        ...

    def transaction(self, members: Mapping[str, object], *, out_trade_no: str) -> Transaction:
        """The answer of that tool.

        Raises:
            TargetFailure: it speaks of another order, or is not what it must be.
        """
        ...

    def not_there(self, out_trade_no: str, refused: PlatformRefusal) -> Transaction | None:
        """What a query's refusal says of the order; None: nothing, and it stays a refusal."""
        ...

    def close(self, out_trade_no: str) -> Call | None:
        """The tool that closes an unpaid order; None: there is none."""
        ...

    def refused(self, code: str, message: str, *, operation: str, request_id: str) -> GoLiveError:
        """What a tool's own refusal means."""
        ...
