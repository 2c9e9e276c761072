"""Which order that was: the create that reached the platform while the shopper ordered."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from harness.core.clock import wire_now
from harness.core.errors import NotExercised
from harness.levers.client import LeversClient
from harness.levers.models import Creation

PATIENCE_S = 5.0
"""After the app has answered; some order from the platform a moment later."""
_PAUSE_S = 0.05
Waiting = Callable[[float], None]


def _say_nothing(left_s: float) -> None:
    """Nobody waits who would want to know."""


@dataclass(slots=True)
class Arrivals:
    """Watches for the orders that reach the platform. Tests replace the pause."""

    levers: LeversClient
    pause: Callable[[float], None] = time.sleep

    @staticmethod
    def now() -> datetime:
        """The beginning of a window."""
        return wire_now()

    def since(
        self,
        begun: datetime,
        product: str,
        *,
        patience_s: float = PATIENCE_S,
        waiting: Waiting = _say_nothing,
    ) -> Creation | None:
        """The order that was made since then; None where none came.

        Args:
            waiting: told again and again how many seconds are left.

        Raises:
            NotExercised: several were, and the product does not tell which.
        """
        ends = time.monotonic() + patience_s
        while True:
            came = {each.out_trade_no: each for each in self.levers.creations(begun)}
            fitting = [each for each in came.values() if each.product == product] or list(came.values())
            if len(fitting) > 1:
                raise NotExercised(
                    f"{len(fitting)} orders reached the platform at once: {', '.join(sorted(came))}",
                    where="the trigger's window",
                    remedy="let nobody else order from the app during a run",
                )
            if fitting or time.monotonic() >= ends:
                return fitting[0] if fitting else None
            waiting(ends - time.monotonic())
            self.pause(_PAUSE_S)
