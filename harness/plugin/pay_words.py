"""How the options of `golive pay` are read."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError

if TYPE_CHECKING:
    from harness.core.money import Fen

WAYS = ("qr", "h5", "jsapi")
"""How a person with a phone pays."""
LONGEST_NAME = 80
LONGEST_WAIT_S = 3600


def read_amount(given: str) -> Fen:
    """What each payment is worth. Raises `UsageError`."""
    from harness.core.money import Fen

    if not (_is_number(given) and 1 <= int(given) <= 10_000_000):
        raise UsageError(
            f"the amount is no whole number of fen: {given!r}",
            where="--amount",
            remedy="write it like --amount 1, which is ¥0.01 and the least there is",
        )
    return Fen(int(given))


def read_seconds(given: str) -> float:
    """How long somebody is waited for. Raises `UsageError`."""
    if not (_is_number(given) and 1 <= int(given) <= LONGEST_WAIT_S):
        raise UsageError(
            f"it is no number of seconds from 1 to 3600: {given!r}",
            where="--wait",
            remedy="write it like --wait 300, which is five minutes",
        )
    return float(given)


def read_ways(given: Iterable[str]) -> frozenset[str]:
    """The ways of paying that were asked for. Raises `UsageError`."""
    return _chosen(given, "there is no way of paying {}", "--scenario", WAYS)


def read_wires(given: Iterable[str]) -> frozenset[str]:
    """The wires that were asked for. Raises `UsageError`."""
    from harness.core.dialects import dialects

    return _chosen(given, "there is no wire {}", "--wire", dialects(sampled=True))


def read_name(given: str) -> str:
    """Who looks at the phone. Raises `UsageError`."""
    name = " ".join(given.split())
    if not (1 <= len(name) <= LONGEST_NAME and name.isprintable()):
        raise UsageError(
            "the name is empty, longer than 80 characters, or cannot be printed",
            where="--by",
            remedy="write who looks at the phone, e.g. --by 'release manager'",
        )
    return name


def read_address(given: str) -> str:
    """The phone's address on the network. Raises `UsageError`."""
    try:
        return str(ipaddress.ip_address(given.strip()))
    except ValueError:
        raise UsageError(
            f"it is no address of a network: {given!r}",
            where="--phone-ip",
            remedy="write the phone's public address, as any page that shows one's address tells it",
        ) from None


def read_photos(given: Iterable[str]) -> tuple[Path, ...]:
    """Photos of the phone; they are looked at before anything is ordered."""
    return tuple(map(Path, given))


def _is_number(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) < 12


def _chosen(given: Iterable[str], otherwise: str, where: str, known: Iterable[str]) -> frozenset[str]:
    words = frozenset(word.strip().lower() for each in given for word in each.split(",")) - {""}
    for word in sorted(words - set(known)):
        raise UsageError(otherwise.format(repr(word)), where=where, remedy=did_you_mean(word, sorted(known)))
    return words
