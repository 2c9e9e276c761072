"""What every dialect's asker has, and what the sides of a capture share."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from harness.core.errors import UsageError
from harness.core.exchange import Listener
from harness.gateways.guard import Unguarded

ASKS = Path(__file__).parents[1] / "asks"


class Closes(Protocol):
    """Holds connections."""

    def close(self) -> object:
        """Close them."""
        ...


Way = TypeVar("Way", bound=Closes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with names filled in."""

    operation: str
    call: str
    members: Mapping[str, Any] | None
    spoilt: frozenset[str]
    number: str | None
    """The order that it is about."""


class Wire(Protocol):
    """Asks one endpoint in one dialect; what it hears, its listeners hear."""

    asks: Path
    """The file of its questions."""

    @property
    def names(self) -> Mapping[str, str]:
        """What stands for each name in questions and answers."""
        ...

    def send(self, asked: Asked) -> None:
        """Ask, and wait for the answer.

        Raises:
            EnvironmentUnreachable: nothing was sent.
            UsageError: it is no question of this dialect; nothing was sent.
            GoLiveError: what came is no success. Listeners have heard of it.
        """
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


@cache
def a_stranger() -> RSAPrivateKey:
    """A key that no platform knows; 2048 bits, made once."""
    return generate_private_key(public_exponent=65537, key_size=2048)


class Asker(ABC, Generic[Way]):
    """A `Wire` that has a way to the endpoint for each set of members that are spoilt on purpose."""

    dialect: str
    calls: re.Pattern[str]
    """What may be called."""
    none: str
    """Why anything else is no question."""
    spoils: frozenset[str]
    """What may be wrong on purpose."""

    def __init__(self, listeners: Sequence[Listener], guard: Unguarded) -> None:
        self._listeners = listeners
        self._guard = guard
        self.asks = ASKS / f"{self.dialect}.yaml"
        self._ways: dict[frozenset[str], Way] = {}

    def send(self, asked: Asked) -> None:
        """As `Wire.send`."""
        found = self.calls.fullmatch(asked.call)
        if found is None:
            raise self._no_question(asked, self.none)
        if strange := sorted(asked.spoilt - self.spoils):
            raise self._no_question(asked, f"nothing there is called {strange[0]}")
        if asked.spoilt not in self._ways:
            self._ways[asked.spoilt] = self._opened(asked.spoilt)
        self._ask(self._ways[asked.spoilt], found, asked)

    def close(self) -> None:
        """Close every connection."""
        for each in self._ways.values():
            each.close()

    @abstractmethod
    def _opened(self, spoilt: frozenset[str]) -> Way:
        """A way on which these are wrong."""

    @abstractmethod
    def _ask(self, way: Way, found: re.Match[str], asked: Asked) -> None:
        """Ask; no answer is judged."""

    def _no_question(self, asked: Asked, why: str) -> UsageError:
        return UsageError(
            f"the operation {asked.operation} cannot be asked over {self.dialect}: {why}",
            where=asked.call[:80],
            remedy="capture anew: operations are written by golive capture, and by nobody else",
        )
