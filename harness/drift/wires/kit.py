"""What every dialect's asker has, and what the sides of a capture share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from harness.core.errors import UsageError

ASKS = Path(__file__).parents[1] / "asks"


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


def no_question(asked: Asked, dialect: str, why: str) -> UsageError:
    """The refusal of what this dialect cannot ask."""
    return UsageError(
        f"the operation {asked.operation} cannot be asked over {dialect}: {why}",
        where=asked.call[:80],
        remedy="capture anew: operations are written by golive capture, and by nobody else",
    )


def only_spoilt(asked: Asked, dialect: str, known: frozenset[str]) -> None:
    """Refuse what this dialect cannot spoil.

    Raises:
        UsageError: it cannot.
    """
    if strange := sorted(asked.spoilt - known):
        raise no_question(asked, dialect, f"nothing there is called {strange[0]}")
