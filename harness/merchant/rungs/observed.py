"""How a profile says where to see what the app believes of an order."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from harness.core.control import Model
from harness.core.did_you_mean import did_you_mean
from harness.merchant.merchant_order import OrderState
from harness.merchant.rungs.described import (
    AppRequest,
    Mapped,
    OrderRequest,
    PagePath,
    RequestLine,
    Words,
)
from harness.merchant.rungs.placeholders import ASKING, check, named_in

RoutePath = Annotated[str, Field(pattern=r"^/[^\s?#]*$")]
"""An absolute path without a query."""
Rung = Literal["records", "sql", "request", "page", "command", "fixture", "none"]


class Observed(Model):
    """Where the merchant shows what it believes. Each rung tells what it tells; the rest is unknown."""

    orders: RoutePath | None = None
    """GET: all orders; with `/{out_trade_no}` behind it: one."""
    clock: RoutePath | None = None
    """POST `{"seconds": n}`: moves business time, answers when what fell due has been done. None: the app's
    clock cannot be moved, and nothing is judged by a moved one."""
    key: RoutePath | None = None
    """POST `{"keyFile": …, "serial": …}`: takes another API certificate of the merchant account, and answers
    when requests are signed by it. None: by `[key_rotation]`, or not at all."""
    reconciliation: RoutePath | None = None
    """POST `{"date": "2026-11-28"}`: compares the bill of that Beijing day with the books; GET `?date=…`: how
    the day stands. Both answer `{"done": …, "differences": [{"number": …}]}`. None: by `[reconciliation]`, or
    not at all."""
    metrics: RoutePath | None = None
    token: str = Field(default="", repr=False)
    """Bearer token of all of these but `metrics`."""
    sql: str | None = None
    """Selects one order by `:out_trade_no`; its columns are named as our members."""
    database: str | None = None
    """A SQLite file, found from where the profile lies; it is opened read-only."""
    request: RequestLine | None = None
    """Answers JSON about one order."""
    page: PagePath | None = None
    """A page that the shopper sees of one order."""
    command: tuple[str, ...] | None = None
    """Prints JSON about one order, or one word."""
    fixture: Literal["merchant_state"] | None = None
    """The user's own conftest.py tells."""
    answer: Mapped = Field(default_factory=dict)
    """JMESPath by member, of what a request or a command answers."""
    text: str | None = None
    """A regular expression whose first group is the state on the page; left out: any of the words there."""
    words: Words = Field(default_factory=dict)

    @property
    def rung(self) -> Rung:
        """How it is seen."""
        named: dict[Rung, object] = {
            "records": self.orders,
            "sql": self.sql,
            "request": self.request,
            "page": self.page,
            "command": self.command,
            "fixture": self.fixture,
        }
        return next((rung for rung, said in named.items() if said is not None), "none")

    @property
    def asked(self) -> OrderRequest:
        """The request or command that tells of an order."""
        return AppRequest(request=self.request, command=self.command)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        said = [self.orders, self.sql, self.request, self.page, self.command, self.fixture]
        if sum(each is not None for each in said) > 1:
            raise ValueError(
                "one of orders, sql, request, page, command and fixture tells of an order, not several"
            )
        if (self.sql is None) != (self.database is None):
            raise ValueError("sql and database belong together")
        if self.sql is not None and not re.search(r":out_trade_no\b", self.sql):
            raise ValueError("sql selects one order: … where … = :out_trade_no")
        if self.page is not None and not self.words:
            raise ValueError('a page wants words, e.g. words = { paid = ["已支付"], pending = ["待支付"] }')
        if self.text is not None and not _has_a_group(self.text):
            raise ValueError(f"text = {self.text!r} is no regular expression with one group")
        names = named_in([self.page or "", self.request or "", self.command or ()])
        check([f"{{{name}}}" for name in sorted(names)], ASKING)
        return self

    def state_of(self, word: str) -> OrderState | None:
        """Our word for one of the app's; None where the profile names none."""
        for state, words in self.words.items():
            if word in words:
                return state
        ours = get_args(OrderState)
        return next((state for state in ours if state == word.lower()), None) if not self.words else None

    def nearest_word(self, word: str) -> str:
        """What the profile could have meant."""
        known = [each for words in self.words.values() for each in words] or list(get_args(OrderState))
        return did_you_mean(word, known)


def _has_a_group(pattern: str) -> bool:
    try:
        return re.compile(pattern).groups == 1
    except re.error:
        return False
