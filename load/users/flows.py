"""The flows that need only the endpoint. The first request is signed ahead of its time, the others when due.

A later step is due when the step before it has ended: nobody can query before the order is placed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.core.errors import UsageError
from harness.core.payment import Product, TradeState
from load.criteria.model import User
from load.open_loop import Job
from load.users.client import Client
from load.users.order_numbers import Numbers
from load.users.wire import Wire

UNPAID = frozenset({TradeState.NOTPAY.value})


@dataclass
class Flows:
    """The flows that need nothing but the endpoint.

    Args:
        wires: by dialect.
        clients: by origin.
    """

    wires: Mapping[str, Wire]
    clients: Mapping[str, Client]
    numbers: Numbers = field(default_factory=Numbers)
    placed: list[tuple[Wire, Product, str]] = field(default_factory=list)
    """Every order that may be open: those of `create` and those for queries."""
    _waiting: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _turn: int = 0

    def keep_for_queries(self, user: User, out_trade_no: str) -> None:
        """An order that queries may ask for."""
        self._waiting.setdefault((user.scenario, user.dialect), []).append(out_trade_no)

    def prepare(self, user: User) -> Job:
        """The flow of a user, its first request signed.

        Raises:
            UsageError: a query without an order to ask for.
        """
        wire = self.wires[user.dialect]
        flow = self._query if user.flow == "query" else self._create
        return flow(user, self.clients[wire.origin], wire)

    def _query(self, user: User, client: Client, wire: Wire) -> Job:
        known = self._waiting.get((user.scenario, user.dialect))
        if not known:
            raise UsageError(
                f"there is no {user.scenario} order to ask for over {user.dialect}",
                where="load",
                remedy="the orders for queries are placed before the start: see why that failed",
            )
        self._turn += 1
        request = wire.query(known[self._turn % len(known)], Product(user.scenario), UNPAID)
        return lambda due: client.send(request, due)

    def _create(self, user: User, client: Client, wire: Wire) -> Job:
        number, product, flow = self.numbers.new(), Product(user.scenario), user.flow
        request = wire.create(number, product)

        def job(due: float) -> None:
            done = client.send(request, due)
            if flow == "create":
                self.placed.append((wire, product, number))
                return
            if done.failure is None and flow == "lifecycle":
                done = client.send(wire.query(number, product, UNPAID), done.at)
            if done.failure is None:
                done = client.send(wire.close(number, product), done.at)
            if done.failure is not None:
                self.placed.append((wire, product, number))

        return job
