"""One soak: so many orders out of one seed, a hundred at a time and a day after another."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from harness.core.money import Fen
from harness.core.payment import Provider
from tests.soak.expected import Expected
from tests.soak.fates import End, draw
from tests.soak.life import BATCH, BATCHES_A_DAY, Life

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Soaked:
    """What was lived through, all of it balanced."""

    wanted: Expected
    days: int
    seconds: float


def soak(life: Life, orders: int, seed: int, *, a_day: int = BATCH * BATCHES_A_DAY, say: Say) -> Soaked:
    """Let so many orders happen.

    Args:
        orders: how many in all.
        seed: of every choice; the same again is the same soak.
        a_day: orders of one business day, after which everything is compared.
        say: told of each batch.

    Raises:
        Unbalanced: a fen was made or lost.
    """
    random, began = Random(seed), time.monotonic()  # noqa: S311 - a soak, no secret
    done = days = 0
    while done < orders:
        batch = min(BATCH, orders - done, a_day - done % a_day)
        life.live([draw(random) for _ in range(batch)])
        done += batch
        say(f"{done:>7,} of {orders:,} orders · {_money(life.wanted)} · {_rate(done, began)}")
        if done % a_day == 0 or done == orders:
            life.end_day()
            days += 1
            say(f"    day {days}: ledger, orders, bills of both providers and the shop's books agree")
    return Soaked(life.wanted, days, time.monotonic() - began)


def summary(soaked: Soaked) -> str:
    """What it came to, for a person."""
    wanted = soaked.wanted
    count = {each: sum(fate.provider is each for fate in wanted.fates.values()) for each in Provider}
    coupons = sum(bool(fate.coupon) for fate in wanted.fates.values())
    closed = sum(not each.arrives for each in wanted.refunds.values())
    return "\n".join(
        [
            f"{len(wanted.fates):,} orders on {soaked.days} days in {soaked.seconds:,.0f} s: "
            f"{count[Provider.WECHAT]:,} WeChat Pay, {count[Provider.ALIPAY]:,} Alipay",
            f"{len(wanted.paid()):,} paid ({coupons:,} with a coupon), "
            f"{wanted.ended(End.CLOSED):,} cancelled, {wanted.ended(End.EXPIRED):,} expired",
            f"{len(wanted.refunds):,} refunds, {closed:,} of which the platform closed",
            f"{_money(wanted)}; not one fen off",
        ]
    )


def _money(wanted: Expected) -> str:
    paid, back = sum(wanted.paid().values()), sum(wanted.refunded().values())
    return f"¥{_yuan(paid)} paid, ¥{_yuan(back)} back"


def _yuan(fen: int) -> str:
    whole, rest = Fen(fen).yuan.split(".")
    return f"{int(whole):,}.{rest}"


def _rate(done: int, began: float) -> str:
    return f"{done / max(time.monotonic() - began, 0.001):.0f}/s"
