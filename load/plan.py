"""The plan of a load, before anything is sent: requests, time, money, and what it could prove.

What cannot be afforded is refused here, whatever the flags: production environments always; of the experience
edition everything but creates and queries over MCP at no more than one request a second, within its limits.
"""

from __future__ import annotations

from math import ceil
from pathlib import Path
from typing import NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from harness.core.control import Grade, Language
from harness.core.errors import UnsafeRequest, UsageError
from harness.core.findings import told_in
from harness.core.money import Fen
from harness.core.texts import read_texts
from harness.verdict.trials import sample_size
from load.criteria.model import LoadSet
from load.criteria.sentence import BEYOND, SHORTEST_S, Metric, Sentence
from load.flows import FLOWS, WAITING_ORDERS
from load.safety import PROBE_RATE, check_probe_users, refuse_unasked

WORDS = read_texts(Path(__file__).with_suffix(".yaml"))
"""What a set costs and decides, as `golive load` says it."""
SINGLE_LIMIT = Fen(10_000)
"""Fen that one order of the experience edition may be worth, per plan."""
DAY_LIMIT = Fen(100_000)
"""Fen that its orders of one Beijing day may add up to, paid and open ones together, per plan."""
NOTHING = Fen(0)
MOST_REQUESTS = 200_000
MOST_SECONDS = 7_200.0


class SampleNeed(NamedTuple):
    """What one sentence needs of one series."""

    control: str
    series: str
    """The series' name, or `all` parts of it together."""
    sentence: str
    needed: int
    """Requests without a miss; with `for`, over all stretches."""
    planned: int
    spare: int
    """How many misses the planned requests (of the thinnest stretch) leave room for; -1: it cannot pass."""


class Plan(NamedTuple):
    """What a run costs."""

    set_id: str
    needs: tuple[SampleNeed, ...]
    requests: int
    """All that are sent, those beside the schedule included."""
    beside: int
    """Of these, how many go before the start or after the end, and are in no figure: orders for queries to
    ask for, and the closing of what a probe left open."""
    seconds: float
    peak: float
    """Arrivals a second: each starts a flow, of one request or several."""
    opened: Fen
    """Fen of all the orders that stand open until they are closed or expire."""
    paid: Fen
    """Fen of real money that moves."""
    day_limit: Fen | None
    """Fen a day that the orders count against; None: nobody limits them."""
    spent: Fen
    """Fen that already count against it today."""

    @property
    def day_share(self) -> float | None:
        """Share of 1 of the day's limit that is used up afterwards."""
        return None if self.day_limit is None else (self.opened + self.paid + self.spent) / self.day_limit

    @property
    def proves(self) -> bool:
        """Whether every sentence can pass with the requests that are planned."""
        return all(need.spare >= 0 for need in self.needs)


def plan(
    criteria: LoadSet,
    *,
    grade: Grade,
    budget: Fen | None = None,
    spent: Fen = NOTHING,
    most_requests: int = MOST_REQUESTS,
    most_seconds: float = MOST_SECONDS,
) -> Plan:
    """Reckon a set's cost against one target, and refuse what cannot be afforded.

    Args:
        criteria: the set.
        grade: of the target: SIMULATED, EXPERIENCE or PRODUCTION.
        budget: fen that the orders of a probe may be worth together, from the command line.
        spent: fen that already count against the day's limit.
        most_requests: more are refused as a slip of the pen.
        most_seconds: longer is refused as a slip of the pen.

    Raises:
        UnsafeRequest: it would load what must not be loaded, or open more orders than may be open.
        UsageError: the set is for another target, or larger than a load may be unasked.
    """
    if grade not in (Grade.SIMULATED, Grade.EXPERIENCE):
        raise UnsafeRequest(
            "load never goes to a production environment",
            where=criteria.id,
            remedy="measure against a simulator (golive simulator) or probe the experience edition",
        )
    probe = grade is Grade.EXPERIENCE
    costs = _reckoned(criteria, probe=probe, spent=spent)
    if probe:
        _check_probe(criteria, costs, budget)
    elif criteria.grade != "simulated":
        raise UsageError(
            f"the set {criteria.id} is a probe of the experience edition",
            remedy="name it with --target experience, or use smoke against a simulator",
        )
    refuse_unasked(
        costs.requests,
        costs.seconds,
        most=(most_requests, most_seconds),
        where=criteria.id,
        remedy="lower the rate or the seconds of the set",
    )
    return costs


def render(costs: Plan, language: Language = "en") -> RenderableType:
    """The plan as a table for the terminal, and its sums below."""

    def say(line: str, **values: object) -> str:
        return WORDS["plan"][line].filled(**values).spoken(language)

    # Narrow enough that no name is broken on a terminal of 80 columns.
    table = Table(
        title=f"golive load --plan {costs.set_id}", title_justify="left", box=None, padding=(0, 1, 0, 0)
    )
    table.add_column(say("control"), no_wrap=True)
    table.add_column(say("series"), no_wrap=True, overflow="fold")
    table.add_column(say("sentence"), overflow="fold")
    for heading in ("needed", "planned", "spare"):
        table.add_column(say(heading), justify="right")
    for need in costs.needs:
        spare = str(need.spare) if need.spare >= 0 else say("too_few")
        style = "" if need.spare >= 0 else "red"
        table.add_row(
            need.control,
            told_in(need.series, language),
            need.sentence,
            str(need.needed),
            str(need.planned) if need.planned else "–",
            spare,
            style=style,
        )
    sums = [
        say(
            "size",
            requests=costs.requests,
            minutes=f"{costs.seconds / 60:.1f}",
            peak=f"{costs.peak:g}",
            beside=costs.beside,
        ),
        say("opened", yuan=costs.opened.yuan),
        say("paid", yuan=costs.paid.yuan),
    ]
    if costs.day_limit is not None and costs.day_share is not None:
        sums.append(say("share", share=f"{costs.day_share:.1%}", yuan=costs.day_limit.yuan))
    if not costs.proves:
        sums.append(say("cannot_pass"))
    return Group(table, *(Text(line) for line in sums))


def _reckoned(criteria: LoadSet, *, probe: bool, spent: Fen) -> Plan:
    arrivals, peak = criteria.arrivals, criteria.arrivals.schedule.peak_rate
    asking = sum(user.flow == "query" for user in criteria.users)
    creates = sum(criteria.requests_of(user) + 1 for user in criteria.users if FLOWS[user.flow].orders)
    waiting = asking * (1 if probe else WAITING_ORDERS)
    creates = min(creates, arrivals.requests) + waiting
    beside = creates + waiting if probe else waiting
    shares = sum(user.share for user in criteria.users)
    further = sum(user.share * (len(FLOWS[user.flow].sends) - 1) for user in criteria.users)
    return Plan(
        set_id=criteria.id,
        needs=tuple(_needs(criteria)),
        requests=arrivals.requests + arrivals.requests * further // shares + beside,
        beside=beside,
        seconds=arrivals.seconds + (beside / peak if probe else 0.0),
        peak=peak,
        opened=Fen(creates * criteria.amount),
        paid=NOTHING,
        day_limit=DAY_LIMIT if probe else None,
        spent=spent,
    )


def _needs(criteria: LoadSet) -> list[SampleNeed]:
    needs = []
    for criterion in criteria.criteria:
        planned = criteria.expected(criterion)
        if "all" in (criterion.scenario, criterion.dialect):
            together = f"{criterion.endpoint} ({len(planned)} together)"
            series = {together: sum(planned.values())}
        else:
            series = {key.name: requests for key, requests in planned.items()}
        for name, requests in series.items():
            needs += [_need(criteria, criterion.control, name, each, requests) for each in criterion.require]
    return needs


def _need(criteria: LoadSet, control: str, series: str, sentence: Sentence, requests: int) -> SampleNeed:
    arrivals = criteria.arrivals
    if not sentence.metric.statistical:
        needed = int(sentence.limit) if sentence.metric is Metric.REQUESTS else 1
        if sentence.metric is Metric.GROWTH_PERCENTILE:
            needed = 3 * ceil(BEYOND / (1 - sentence.share))
        if sentence.metric.over_time and arrivals.seconds < SHORTEST_S:
            return SampleNeed(control, series, sentence.text, needed, requests, -1)
        return SampleNeed(control, series, sentence.text, needed, requests, 0 if requests >= needed else -1)
    needed = sample_size(0, sentence.share, criteria.design) or MOST_REQUESTS
    stretches, fewest = 1, requests
    if sentence.window_s is not None:
        stretches = max(1, int(arrivals.seconds // sentence.window_s))
        fewest = int(
            requests / stretches * arrivals.schedule.least_rate * arrivals.seconds / arrivals.requests + 1e-6
        )
    spare = _spare(fewest, sentence.share, criteria) if fewest >= needed else -1
    return SampleNeed(control, series, sentence.text, needed * stretches, requests, spare)


def _spare(requests: int, share: float, criteria: LoadSet) -> int:
    """How many misses so many requests leave room for."""
    few, many = 0, ceil(requests * (1 - share)) + 1
    while many - few > 1:
        middle = (few + many) // 2
        if (sample_size(middle, share, criteria.design) or requests + 1) <= requests:
            few = middle
        else:
            many = middle
    return few


def _check_probe(criteria: LoadSet, costs: Plan, budget: Fen | None) -> None:
    arrivals = criteria.arrivals
    check_probe_users(criteria.users, criteria.id)
    remedy = "use the set experience, or measure against a simulator"
    if arrivals.schedule.peak_rate > PROBE_RATE or arrivals.profile == "poisson":
        what = f"the experience edition is asked at most {PROBE_RATE:g} times a second, in even gaps"
    elif criteria.amount > SINGLE_LIMIT:
        what = f"an order of {criteria.amount.yuan} yuan is above the edition's {SINGLE_LIMIT.yuan} yuan"
    elif costs.opened + costs.spent > DAY_LIMIT:
        what = (
            f"orders worth {costs.opened.yuan} yuan would stand open, {costs.spent.yuan} yuan of the day are "
            f"used, and its limit is {DAY_LIMIT.yuan} yuan"
        )
    elif budget is None or costs.opened > budget:
        allowed = "no budget was given" if budget is None else f"the budget is {int(budget)} fen"
        what = f"orders worth {int(costs.opened)} fen would stand open, and {allowed}"
        remedy = f"allow it with --budget-fen {int(costs.opened)}, or send fewer creates"
    else:
        return
    raise UnsafeRequest(f"refused before sending: {what}", where=criteria.id, remedy=remedy)
