"""Which orders the platform has: read in its books where they are open, else asked for by number."""

from __future__ import annotations

from typing import Protocol

import pytest

from harness.errors import PlatformRefusal
from harness.gateways.protocol import PaymentGateway
from harness.levers.client import LeversClient
from harness.plugin.rehearsal import Rehearsal

_UNKNOWN = (400, 404)
"""How a query of a number without an order is answered; a number that is illegal is a parameter error."""


class Witness(Protocol):
    """Tells whether a request had an effect."""

    def orders(self, *asked: str) -> set[str]:
        """Every order the platform has, or only those asked about, where no more can be known."""
        ...


class BooksWitness:
    """Reads the platform's own books: an order under whatever number is seen."""

    def __init__(self, levers: LeversClient) -> None:
        self._levers = levers

    def orders(self, *asked: str) -> set[str]:
        """All orders."""
        return set(self._levers.orders())


class AskingWitness:
    """Asks for single orders, as any merchant may."""

    def __init__(self, gateway: PaymentGateway) -> None:
        self._gateway = gateway

    def orders(self, *asked: str) -> set[str]:
        """Those of the numbers that the platform has an order for."""
        return {number for number in asked if self._known(number)}

    def _known(self, number: str) -> bool:
        try:
            self._gateway.query(number)
        except PlatformRefusal as refused:
            if refused.status in _UNKNOWN:
                return False
            raise
        return True


@pytest.fixture
def witness(request: pytest.FixtureRequest, rehearsal: Rehearsal, classic: PaymentGateway) -> Witness:
    """See `Witness`."""
    if rehearsal.terms.played:
        return BooksWitness(request.getfixturevalue("levers"))
    return AskingWitness(classic)
