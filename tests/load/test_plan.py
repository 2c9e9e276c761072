"""What a set costs, what it could prove, and what is refused before anything is sent."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from harness.core.control import Grade, Outcome
from harness.core.errors import UnsafeRequest, UsageError
from harness.core.money import Fen
from harness.verdict.percentiles import upper_rank
from harness.verdict.trials import Trial, decide, requests_missing
from load.criteria.file import load_set
from load.criteria.model import LoadSet
from load.plan import DAY_LIMIT, Plan, plan, render
from tests.load.measured import SET, criteria_of

PROBE = load_set("experience")


def arriving(criteria: LoadSet, **changes: object) -> LoadSet:
    return criteria.model_copy(update={"arrivals": criteria.arrivals.model_copy(update=changes)})


def printed(costs: Plan) -> str:
    page = StringIO()
    Console(file=page, width=140).print(render(costs))
    return page.getvalue()


def test_a_probe_costs_what_it_sends_opens_and_closes() -> None:
    costs = plan(PROBE, grade=Grade.EXPERIENCE, budget=Fen(352))
    assert costs.requests == 700 + 1 + 352, "the arrivals, an order to ask for, and the closing of all"
    assert (costs.seconds, costs.peak, costs.opened) == (700 + 353, 1.0, Fen(352))
    assert costs.paid == Fen(0)
    assert costs.day_limit == DAY_LIMIT


@pytest.mark.parametrize("name", ["smoke", "brief", "nightly", "pre-upgrade", "checkout", "alipay"])
def test_our_sets_can_prove_what_they_ask(name: str) -> None:
    costs = plan(load_set(name), grade=Grade.SIMULATED)
    assert costs.proves
    assert (costs.day_limit, costs.day_share, costs.paid) == (None, None, Fen(0))


def test_smoke_fits_into_half_a_minute_and_forgives_a_little() -> None:
    costs = plan(load_set("smoke"), grade=Grade.SIMULATED)
    assert costs.seconds <= 6
    assert [(need.needed, need.planned, need.spare) for need in costs.needs] == [
        (59, 97, 1),
        (59, 97, 1),
        (59, 97, 1),
        (299, 487, 1),
    ]


@pytest.mark.parametrize(
    ("sentence", "needed", "spare"),
    [
        ("success_rate > 99%", 299, 4),
        ("p99.9 < 3s", 2_995, -1),
        ("failures = 0", 1, 0),
        ("requests >= 1000", 1_000, 0),
        ("requests >= 1001", 1_001, -1),
        ("p90 < 3s for 10s", 58, 38),
    ],
)
def test_what_a_sentence_needs(sentence: str, needed: int, spare: int) -> None:
    costs = plan(criteria_of(sentence), grade=Grade.SIMULATED)
    (need,) = costs.needs
    assert (need.needed, need.planned, need.spare) == (needed, 1_000, spare)
    assert costs.proves == (spare >= 0)
    assert ("some sentences cannot pass" in printed(costs)) == (spare < 0)


def test_the_thinnest_stretch_counts() -> None:
    ramp = arriving(criteria_of("p90 < 3s for 10s"), profile="ramp", rate=2.0, to=100.0)
    (need,) = plan(ramp, grade=Grade.SIMULATED).needs
    assert need.spare == -1, "at two a second ten seconds hold twenty requests, and it takes twenty-nine"


def test_series_that_are_judged_together_are_planned_together() -> None:
    text = SET.replace("endpoint: create,", "endpoint: create, scenario: all,").replace(
        "users:\n", "users:\n  - {flow: create, scenario: jsapi, dialect: mcp}\n"
    )
    (need,) = plan(criteria_of("success_rate > 99%", text=text), grade=Grade.SIMULATED).needs
    assert (need.series, need.planned) == ("create (2 together)", 1_000)


@pytest.mark.parametrize("grade", [Grade.PRODUCTION, Grade.PAPER])
@pytest.mark.parametrize("name", ["smoke", "experience"])
def test_production_is_never_loaded(grade: Grade, name: str) -> None:
    with pytest.raises(UnsafeRequest, match="never goes to a production environment"):
        plan(load_set(name), grade=grade, budget=Fen(10**9), most_requests=10**9, most_seconds=1e9)


def refused(criteria: LoadSet, **options: Any) -> str:
    with pytest.raises(UnsafeRequest) as caught:
        plan(criteria, grade=Grade.EXPERIENCE, most_requests=10**9, most_seconds=1e9, **options)
    return str(caught.value)


def test_the_experience_edition_is_only_probed() -> None:
    plenty = {"budget": Fen(10**9)}
    assert "create and query only, not journey, storm" in refused(load_set("nightly"), **plenty)
    assert "only MCP has an experience edition" in refused(
        criteria_of("failures = 0", text=SET.replace("dialect: mcp", "dialect: apiv3")), **plenty
    )
    assert "at most 1 times a second" in refused(load_set("smoke"), **plenty)
    assert "at most 1 times a second" in refused(arriving(PROBE, rate=1.01), **plenty)
    assert "in even gaps" in refused(arriving(PROBE, profile="poisson"), **plenty)
    assert "100.01 yuan is above the edition's 100.00 yuan" in refused(
        PROBE.model_copy(update={"amount": Fen(10_001)}), **plenty
    )


def test_what_stands_open_must_fit_the_budget_and_the_day() -> None:
    opened = plan(PROBE, grade=Grade.EXPERIENCE, budget=Fen(10**6)).opened
    assert 350 <= opened <= 352
    assert plan(PROBE, grade=Grade.EXPERIENCE, budget=opened).opened == opened
    message = refused(PROBE)
    assert "no budget was given" in message
    assert f"--budget-fen {int(opened)}" in message
    assert f"the budget is {int(opened) - 1} fen" in refused(PROBE, budget=Fen(opened - 1))
    rest = Fen(DAY_LIMIT - opened)
    used_up = plan(PROBE, grade=Grade.EXPERIENCE, budget=opened, spent=rest)
    assert used_up.day_share == 1.0
    assert "its limit is 1000.00 yuan" in refused(PROBE, budget=opened, spent=Fen(rest + 1))
    costly = PROBE.model_copy(update={"amount": Fen(300)})
    assert "would stand open" in refused(costly, budget=Fen(10**9))


def test_a_probe_is_no_load_for_a_simulator() -> None:
    with pytest.raises(UsageError, match="is a probe of the experience edition"):
        plan(PROBE, grade=Grade.SIMULATED)


def test_a_slip_of_the_pen_is_refused() -> None:
    for options in ({"most_requests": 795}, {"most_seconds": 5.9}):
        with pytest.raises(UsageError, match="more than a load may be unasked") as caught:
            plan(load_set("smoke"), grade=Grade.SIMULATED, **options)
        assert caught.value.remedy == "lower the rate or the seconds of the set", (
            "the command has no option for it"
        )
    assert plan(load_set("smoke"), grade=Grade.SIMULATED, most_requests=796, most_seconds=6)


def test_the_table_names_requests_minutes_money_and_the_day() -> None:
    page = printed(plan(PROBE, grade=Grade.EXPERIENCE, budget=Fen(10**6)))
    for part in ("PRF-02", "query/native/mcp", "p99 < 2s", "299", "350", "minutes, at most 1 a second"):
        assert part in page
    assert "0.00 yuan of real money moves" in page
    assert "of the day's limit of 1000.00 yuan" in page
    assert "day's limit" not in printed(plan(load_set("smoke"), grade=Grade.SIMULATED))


def test_the_worked_example_of_the_docs_has_the_numbers_of_the_set() -> None:
    said = (Path(__file__).parents[2] / "docs" / "load.md").read_text("utf-8")
    creates, *_, queries = (need.planned for need in plan(load_set("smoke"), grade=Grade.SIMULATED).needs)
    assert f"`smoke` plans {creates} creates of each scenario and {queries} queries" in said
    pass_, open_, fail = decide(
        [Trial(creates, 1, 1, 0.95), Trial(queries, 2, 2, 0.99), Trial(queries, 15, 15, 0.99)]
    )
    assert (pass_, open_, fail) == (Outcome.PASS, Outcome.INCONCLUSIVE, Outcome.FAIL)
    assert f"needs {requests_missing(Trial(queries, 2, 2, 0.99))} more" in said
    assert f"The {upper_rank(queries, 0.99)}th of the {queries} sorted latencies" in said
