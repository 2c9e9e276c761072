"""How a platform delivers a callback until it is taken over: its patience, its ladder, and what ends it.

A form of callbacks names one of these. Each ladder runs on business time, and each deadline on wire time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate


@dataclass(frozen=True, slots=True, kw_only=True)
class Redelivery:
    """The rules by which one platform delivers callbacks."""

    ladder: tuple[timedelta, ...]
    """The wait before each re-send, counted from the moment the attempt before it fell due."""
    answer_s: float
    """How long a merchant may take, from connecting to the last byte of its answer; real seconds."""
    taken_over: Callable[[int, bytes], bool]
    """Whether an answer's status and body end the re-sends. A redirect never does, and is not followed."""
    refused: Callable[[int, bytes], bool]
    """Whether an answer is what a forgery is to be answered."""

    @property
    def offsets(self) -> tuple[timedelta, ...]:
        """When each attempt falls due, counted from the first."""
        return (timedelta(), *accumulate(self.ladder))

    def next_due(self, attempt: int, due: datetime) -> datetime | None:
        """When the attempt after `attempt` (1-based, itself due at `due`) falls due; None after the last."""
        return due + self.ladder[attempt - 1] if attempt <= len(self.ladder) else None


def _ladder(*minutes: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=each) for each in minutes)


WECHAT = Redelivery(
    ladder=_ladder(0.25, 0.25, 0.5, 3, 10, 20, 30, 30, 30, 60, 180, 180, 180, 360, 360),
    answer_s=5.0,
    taken_over=lambda status, body: status in (200, 204),
    refused=lambda status, body: 400 <= status <= 599,
)
"""Fifteen re-sends, 24 h 4 min in all; 200 or 204 end them (facts 0.1, 5.5)."""

WECHAT_OLD = replace(WECHAT, taken_over=lambda status, body: status == 200 and b"SUCCESS" in body)
"""Of notices in the XML of before: the same ladder, and XML that says SUCCESS (facts 3.7)."""

SUCCESS = b"success"
"""The whole body that Alipay wants to read: a blank, a mark before it or another case is a failure."""

ALIPAY = Redelivery(
    ladder=_ladder(4, 10, 10, 60, 120, 360, 900),
    answer_s=10.0,
    taken_over=lambda status, body: status == 200 and body == SUCCESS,
    refused=lambda status, body: not (status == 200 and body == SUCCESS),
)
"""Seven re-sends, 24 h 24 min in all; HTTP 200 with seven bytes ends them (facts alipay 3.6, 9.12, 9.13)."""
