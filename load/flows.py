"""The flows that the users of a load play, and the kinds of callbacks that make up a storm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from harness.core.dialects import Operation

FlowName = Literal["create", "query", "close", "lifecycle", "journey", "storm", "checkout"]


@dataclass(frozen=True, slots=True)
class Flow:
    """What one arrival does."""

    told: str
    endpoints: tuple[str, ...]
    """Its requests are always measured under these."""
    sends: tuple[str, ...]
    """The requests of one that goes well, each by the name it is measured under."""
    orders: bool = True
    """Whether each places an order."""
    asks_merchant: bool = False
    """Whether the merchant is asked, and not the endpoint: then it has no dialect."""
    probe: bool = False
    """Whether the experience edition may be asked for it: it neither pays nor leaves its limits."""

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What its dialect has to be able to do."""
        return tuple(each for each in Operation if each in self.sends)


FLOWS: Mapping[str, Flow] = {
    "create": Flow("place an order", ("create",), ("create",), probe=True),
    "query": Flow(
        "ask for an order placed before the start", ("query",), ("query",), orders=False, probe=True
    ),
    "close": Flow("place an order, then close it", ("create", "close"), ("create", "close")),
    "lifecycle": Flow(
        "place an order, ask for it, close it", ("create", "query", "close"), ("create", "query", "close")
    ),
    "journey": Flow(
        "place an order, pay it (levers), receive its callback, see it paid",
        ("create", "journey"),
        ("create", "pay", "query"),
    ),
    "storm": Flow(
        "send the merchant a callback: duplicate, out of order, forged, tampered or probing",
        ("callback",),
        ("callback",),
        orders=False,
        asks_merchant=True,
    ),
    "checkout": Flow(
        "order from the merchant as a shopper does, by the profile's request",
        ("checkout",),
        ("checkout",),
        orders=False,  # not by us, and at the merchant's own prices
        asks_merchant=True,
    ),
}
STORM_RATES: Mapping[str, int] = {"duplicate": 50, "reordered": 20, "forged": 10, "tampered": 10, "probe": 10}
"""The kinds of callbacks in a storm, each a scenario of its own, and how many per cent of it each is."""
WAITING_ORDERS = 16
"""Placed before the start for each kind of query, to be asked for; a probe places one."""
