"""How a profile says which series tell what, and which alert tells of payments that fail."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from harness.core.control import Model
from harness.monitoring.selector import Selector


def _read(text: str) -> str:
    Selector.of(text)
    return text


Series = Annotated[str, AfterValidator(_read)]
"""`orders_total{result="paid"}`: all that fit are added up."""
Page = Annotated[str, Field(pattern=r"^(/[^\s#]*|https?://[^\s#/]+/[^\s#]*)$")]
Seconds = Annotated[float, Field(gt=0, le=24 * 3600)]
_NEAR = ("127.0.0.1", "localhost", "[::1]", "::1")


class Metrics(Model):
    """Where the app shows its figures, and which series are which. What is left out is not judged."""

    pages: tuple[Page, ...] = ("/metrics",)
    """A path of the app, or the address of another port of its machine; one for each of its processes."""
    headers: dict[str, str] = Field(default_factory=dict)
    within_s: float = Field(default=2.0, gt=0, le=60)
    """Seconds within which a figure shows what has happened."""
    successes: Series | None = None
    """Counts payments that were made."""
    failures: Series | None = None
    """Counts payments that came to nothing because the order failed."""
    attempts: Series | None = None
    """Counts both, in place of `failures`."""
    success_ratio: Series | None = None
    """A gauge: the share of payments that were made, from 0 to 1, or to 100."""
    ratio_since: Literal["start", "window"] = "start"
    """What the gauge is computed over: everything since the app started, or the last so many minutes."""
    order_seconds: Series | None = None
    """A histogram or a summary (by its name without `_count`) of how long an order took."""
    order_milliseconds: Series | None = None
    """The same in milliseconds."""
    order_errors: Series | None = None
    """Counts orders that failed."""
    callback_errors: Series | None = None
    """Counts callbacks that were refused, as those with a wrong signature."""
    orders: Series | None = None
    """Counts orders that were made."""
    paid_orders: Series | None = None
    """Counts orders that were paid."""
    paid_fen: Series | None = None
    """Adds up what was paid, in fen."""
    paid_yuan: Series | None = None
    """The same in yuan."""
    memory_bytes: Series | None = None
    """A gauge of the memory that the app's process has, which a load of an hour watches."""

    @property
    def selectors(self) -> tuple[Selector, ...]:
        """All that a payment moves, as far as they are named."""
        named = (
            *(self.successes, self.failures, self.attempts, self.success_ratio, self.timed),
            *(self.order_errors, self.callback_errors, self.orders, self.paid_orders, self.paid),
        )
        return tuple(Selector.of(each) for each in named if each is not None)

    @property
    def timed(self) -> str | None:
        """How long an order took, in whichever unit."""
        return self.order_seconds or self.order_milliseconds

    @property
    def paid(self) -> str | None:
        """What was paid, in whichever unit."""
        return self.paid_fen or self.paid_yuan

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for one, other in (
            ("order_seconds", "order_milliseconds"),
            ("paid_fen", "paid_yuan"),
            ("failures", "attempts"),
        ):
            if getattr(self, one) and getattr(self, other):
                raise ValueError(f"name one of {one} and {other}")
        far = [each for each in self.pages if each[0] != "/" and urlsplit(each).hostname not in _NEAR]
        if far:
            raise ValueError(f"{far[0]} is not on this machine")
        return self


class Alerts(Model):
    """The alert that has to tell of payments that fail, by the merchant's own rules."""

    rules: str = Field(min_length=1)
    """A file of Prometheus' rules, from where the profile lies."""
    alert: str = Field(min_length=1)
    """Its name there."""
    fires_within_s: Seconds
    """Seconds after the first failed payment, as the merchant declares."""
    clears_within_s: Seconds
    """Seconds after payments work again."""
    labels: dict[str, str] = Field(default_factory=dict)
    """Labels that the scraping Prometheus adds, as `job`; rules may ask for them."""

    @model_validator(mode="after")
    def _plain_labels(self) -> Self:
        odd = [each for each in self.labels if not re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", each)]
        if odd:
            raise ValueError(f"{odd[0]!r} is no name of a label")
        return self
