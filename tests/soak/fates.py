"""What is to become of one order, drawn from a seed before it is placed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Literal

from harness.core.money import Fen
from harness.core.payment import Provider

DEAREST = 10_000
"""Fen; a shop with the experience edition's limit in its settings takes no more."""
ROUNDS = 3
"""As many parts of one order come back at the most."""


class End(StrEnum):
    """How an order ends."""

    PAID = "paid"
    CLOSED = "closed"
    """Its shopper cancels it."""
    EXPIRED = "expired"
    """Nobody pays it, until it cannot be paid any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A refund of `fen`; `arrives` is whether the platform does not close it in the end."""

    fen: Fen
    arrives: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """One order from the shopper's click to its last refund. Amounts in fen."""

    provider: Provider
    kind: Literal["qr", "h5"]
    total: Fen
    end: End
    coupon: Fen = Fen(0)  # noqa: RUF009 - an integer
    first: Literal["", "cancel", "fail"] = ""
    """What the payer does before paying."""
    news: Literal["once", "twice", "lost"] = "once"
    """How often the shop is told of the payment."""
    parts: tuple[Part, ...] = ()


def draw(random: Random) -> Fate:
    """The next fate."""
    provider = random.choice((Provider.WECHAT, Provider.ALIPAY))
    total = random.choice((1, 2, 1990, random.randint(1, DEAREST), random.randint(1, DEAREST)))
    end = random.choices((End.PAID, End.CLOSED, End.EXPIRED), (84, 8, 8))[0]
    kind: Literal["qr", "h5"] = random.choice(("qr", "qr", "h5"))
    if end is not End.PAID:
        return Fate(provider=provider, kind=kind, total=Fen(total), end=end)
    return Fate(
        provider=provider,
        kind=kind,
        total=Fen(total),
        end=end,
        coupon=Fen(random.randint(1, total)) if random.random() < 0.2 else Fen(0),
        first=random.choices(("", "cancel", "fail"), (90, 6, 4))[0],
        news=random.choices(("once", "twice", "lost"), (90, 5, 5))[0],
        parts=_parts(random, total, provider),
    )


def _parts(random: Random, total: int, provider: Provider) -> tuple[Part, ...]:
    """None of half of them; else the whole, or parts of which one may never arrive."""
    if random.random() < 0.5:
        return ()
    parts, left = [], total
    for _ in range(random.randint(1, ROUNDS)):
        fen = left if random.random() < 0.4 else random.randint(1, left)
        # Alipay has given back what it has answered; WeChat may yet find that there is nowhere to give it.
        arrives = provider is Provider.ALIPAY or random.random() < 0.95
        parts.append(Part(fen=Fen(fen), arrives=arrives))
        left -= fen if arrives else 0
        if not left:
            break
    return tuple(parts)
