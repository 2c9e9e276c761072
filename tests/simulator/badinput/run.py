"""So many requests out of one seed; the first that breaks something is made small and shown."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky
from starlette.routing import Route

from harness.levers.models import LEVERS, MERCHANT_HEADER, Ledger
from tests.simulator.badinput.broken import as_it_is, some
from tests.simulator.badinput.customer import Customer
from tests.simulator.badinput.doors import Door
from tests.simulator.badinput.judged import unbalanced, why_bad
from tests.simulator.badinput.known import begin
from tests.simulator.badinput.message import Message
from tests.simulator.badinput.routes import NUMBERS, Good, goods

AN_EXAMPLE = 6
"""Requests of one, about."""
SETS_FAULTS = re.compile(r"/(faults|rules|acts/fault|acts/outage)\b")
_CONSOLE_TOKEN = re.compile(rb'name="console-token" content="([^"]+)"')


class Found(Exception):
    """A request brought about what none may; the text shows it as small as it becomes, to be repeated."""


@dataclass(slots=True)
class Tally:
    """What was asked."""

    requests: int = 0
    looks: int = 0
    """Of them, those that only look at what there is then."""
    statuses: Counter[int | None] = field(default_factory=Counter)
    routes: set[str] = field(default_factory=set)
    slowest_s: float = 0.0

    @property
    def drawn(self) -> int:
        """How many were made to be asked."""
        return self.requests - self.looks

    def summary(self) -> str:
        """For a person."""
        answered = sorted((status or 0, count) for status, count in self.statuses.items())
        kinds = " · ".join(f"{status}: {count:,}" for status, count in answered)
        return (
            f"{self.drawn:,} requests and {self.looks:,} looks at what they left, "
            f"{len(self.routes)} routes, the slowest {self.slowest_s:.2f} s\n"
            f"    answers {kinds}\n    none broke anything, and the ledger balances"
        )


@dataclass(slots=True)
class Attack:
    """One simulator that is asked everything.

    Args:
        door: the way to it.
        settings: what it wrote for its merchant.
        pages: the routes of its pages, as they are served.
    """

    door: Door
    settings: Mapping[str, str]
    pages: Iterable[Route]
    tally: Tally = field(default_factory=Tally)
    customer: Customer = field(init=False)
    goods: list[Good] = field(init=False)

    def __post_init__(self) -> None:
        page = self.door.send(Message("GET /console", "GET", "/console", ((b"host", b"127.0.0.1"),)))
        token = _CONSOLE_TOKEN.search(page.body)
        assert token is not None, page
        self.customer = Customer.of(self.settings, token[1].decode())
        self.goods = goods(self.settings, self.pages)

    def ask(self, requests: int, number: int, *, so_far: Callable[[int], object] | None = None) -> None:
        """Ask at least so many, out of that seed, and look at the ledger.

        Args:
            so_far: told after each example how many it were.

        Raises:
            Found: something broke.
        """
        known = begin(self.door.send, {good.route: good for good in self.goods}, self.customer)
        first: list[str] = []

        @seed(number)
        @settings(
            max_examples=-(-requests // AN_EXAMPLE),
            database=None,
            deadline=None,
            derandomize=False,
            phases=(Phase.generate, Phase.shrink),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        @given(some(self.goods, self.customer, known))
        def every(messages: list[Message]) -> None:
            sent, problem = self._answered(messages)
            if so_far is not None:
                so_far(self.tally.drawn)
            if problem is not None:
                first.append(shown(sent, problem, self.door.origin, number))
                raise Found(first[-1])

        for good in self.goods:
            sent, problem = self._answered([as_it_is(good, self.customer, known)])
            if problem is not None:
                raise Found(shown(sent, problem, self.door.origin, number))
        while self.tally.drawn < requests:
            try:
                every()
            except Flaky:
                raise Found(f"after others before it, and not alone:\n{first[0]}") from None
            number += 1
        if off := list(self._off_balance()):
            raise Found("\n".join(off))

    def _answered(self, messages: Sequence[Message]) -> tuple[list[Message], str | None]:
        """Send them and look at what there is then; what was sent, and what is wrong with the last."""
        sent: list[Message] = []
        for message in (*messages, *self._looks(messages)):
            self.tally.looks += len(sent) >= len(messages)
            sent.append(message)
            began = time.perf_counter()
            try:
                answer = self.door.send(message)
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                return sent, f"{message.route}: {type(error).__name__}: {error}"
            self.tally.slowest_s = max(self.tally.slowest_s, time.perf_counter() - began)
            self.tally.requests += 1
            self.tally.statuses[answer.status] += 1
            self.tally.routes.add(message.route)
            if SETS_FAULTS.search(message.target):
                self._all_well()  # what a fault does was asked for
            if (problem := why_bad(answer)) is not None:
                return sent, f"{message.route}: {problem}"
        return sent, None

    def _looks(self, messages: Sequence[Message]) -> list[Message]:
        """What anybody may look at afterwards: an order that was taken must not spoil any of it."""
        number = next((each for each in NUMBERS if any(each.encode() in m.body for m in messages)), "")
        customer = self.customer
        return [
            customer.lever("GET a look", "GET", f"{LEVERS}/orders/{number}", None),
            customer.page("GET a look", "GET", f"/console/data/orders?q={number}&limit=20", None),
        ]

    def _all_well(self) -> None:
        """Take every fault away again."""
        self.door.send(self.customer.lever("", "DELETE", f"{LEVERS}/faults", None))
        self.door.send(self.customer.lever("", "PUT", f"{LEVERS}/rules", {"rules": []}))

    def _off_balance(self) -> Iterable[str]:
        for name in ("WECHAT_PAY_MCH_ID", "ALIPAY_SELLER_ID"):
            asked = self.customer.lever("", "GET", f"{LEVERS}/ledger", None)
            asked = asked.with_header(MERCHANT_HEADER.lower(), self.settings[name].encode())
            yield from unbalanced(Ledger.model_validate_json(self.door.send(asked).body))


def shown(messages: Sequence[Message], problem: str, origin: str, number: int) -> str:
    """The requests that brought it about, as a `.http` file and as commands.

    Signatures live five minutes, and end with the keys of this simulator: after that the seed repeats it.
    """
    asked = "\n\n###\n".join(each.as_http(origin) for each in messages)
    commands = "\n".join(each.as_curl(origin) for each in messages)
    return f"{problem}\nseed {number}\n\n### .http\n{asked}\n\n### shell\n{commands}"
