"""Orders that nothing is wrong with, asked for in the very way in which a spoilt one is about to be.

Whoever refuses everything refuses what is spoilt, too, and that shows nothing: neither that it looks at
arguments, nor that it knows a stranger.
"""

from __future__ import annotations

from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.gateways.protocol import PaymentGateway
from harness.plugin import DailyLimit, Journal, OrderLookup
from scenarios.mcp.jsonrpc import RawMcp

CREATE = "create-native-payment"
"""The tool that every order by hand goes to."""


class UnspoiltOrders:
    """Takes one where a refusal is to mean something.

    Args:
        raw: sends it, as it sends the spoilt one.
        lookup: knows whether the platform has it.
        closer: closes it again.
    """

    def __init__(
        self,
        raw: RawMcp,
        lookup: OrderLookup,
        closer: PaymentGateway,
        daily_limit: DailyLimit,
        journal: Journal,
    ) -> None:
        self._raw = raw
        self._lookup = lookup
        self._closer = closer
        self._daily_limit = daily_limit
        self._journal = journal

    def take(self) -> None:
        """Place an order, and close it.

        Raises:
            NotExercised: it was refused, or the platform does not have it.
        """
        arguments = self._raw.order()
        words = self._raw.words
        number = str(arguments[words.number])
        self._daily_limit.spend(Fen(100))
        told = self._raw.call(words.create, arguments)
        if not told.taken:
            raise NotExercised(
                f"an order that nothing is wrong with was answered {told.words}",
                where=words.create,
                remedy="what is refused after that proves nothing; mend this first",
            )
        if number not in self._lookup.orders(number):
            raise NotExercised(
                "an order was answered as if it had been taken, and the platform does not have it",
                where=words.create,
                remedy="look whether this endpoint and the classic API lead to the same merchant account",
            )
        self._journal.observe("the same order with nothing wrong was taken")
        if words.exists_unopened:
            self._closer.close(number)
