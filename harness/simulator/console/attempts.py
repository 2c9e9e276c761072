"""The newest callbacks that were sent, with what the merchant answered: an audit trail has the outcome."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from harness.callbacks.callback import Callback
from harness.simulator.console.recent import KEPT, Recent
from harness.simulator.notifier.delivery import Answer

About = tuple[str, str, str]
"""Whose it is, the order, and the refund where it tells of one."""


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """One callback on its way to a merchant."""

    about: About
    number: int
    """Of the attempt, from one; 0: it was forged here, and the audit trail knows nothing of it."""
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """No more than `KEPT` bytes."""
    body_size: int
    answer: Answer
    attack: str = ""
    """Which forgery it is; empty: the platform's own."""
    judged: str = ""
    """Of a forgery: whether a careful merchant answers so (`acts`)."""
    at: float = field(default_factory=time.time)
    """Unix seconds at which its answer was there, or its time was up."""

    @property
    def size(self) -> int:
        """Bytes held, about."""
        return 1_000 + len(self.body) + len(self.answer.said) + sum(map(len, dict(self.headers).values()))


class Attempts:
    """Remembers the callbacks of one simulator."""

    def __init__(self) -> None:
        self.recent: Recent[Attempt] = Recent()

    def sent(
        self,
        about: About,
        number: int,
        url: str,
        callback: Callback,
        answer: Answer,
        *,
        attack: str = "",
        judged: str = "",
    ) -> None:
        """One was sent, and is over."""
        body = callback.body
        self.recent.add(
            Attempt(about, number, url, callback.headers, body[:KEPT], len(body), answer, attack, judged)
        )

    def of(self, mchid: str, out_trade_no: str) -> list[Attempt]:
        """Those of an order and of its refunds, oldest first."""
        return [each for each in self.recent if each.about[:2] == (mchid, out_trade_no)]
