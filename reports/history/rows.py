"""Rows of the history as the models that they were kept from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from harness.verdict import Standing
from reports.history.entry import (
    KeptControl,
    KeptLatency,
    KeptPart,
    KeptRun,
    KeptVerdict,
    Percentile,
    RunDetails,
    RunTally,
)
from reports.history.shares import SHARES
from reports.history.tables import CONTROLS, HEADER, LATENCIES, OUTCOMES, PARTS, VERDICTS

_AT_ONCE = 500
"""Values in one statement; databases bound how many."""


def portions(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Some values after the other, as many as one statement takes."""
    yield from (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))


def runs(connection: Connection, asked: Select[Any]) -> tuple[KeptRun, ...]:
    """The runs that were asked for, each with its verdicts."""
    found = connection.execute(asked).all()
    verdicts: dict[int, dict[str, KeptVerdict]] = {}
    for some in portions([row.number for row in found]):
        judged = (
            select(VERDICTS).where(VERDICTS.c.run.in_(some)).order_by(VERDICTS.c.run, VERDICTS.c.position)
        )
        for each in connection.execute(judged):
            kept = KeptVerdict(verdict=each.verdict, passed=each.passed, required=each.required)
            verdicts.setdefault(each.run, {})[each.gate] = kept
    return tuple(
        KeptRun(
            **{column.name: getattr(row, column.name) for column in HEADER},
            details=RunDetails.model_validate(json.loads(row.details)),
            verdicts=verdicts.get(row.number, {}),
        )
        for row in found
    )


def controls(connection: Connection, numbers: Sequence[int]) -> dict[int, list[KeptControl]]:
    """The controls of some runs, by the run's number."""
    asked = select(CONTROLS).where(CONTROLS.c.run.in_(numbers)).order_by(CONTROLS.c.control)
    found: dict[int, list[KeptControl]] = {number: [] for number in numbers}
    for row in connection.execute(asked):
        members = dict(row._mapping)
        number = members.pop("run")
        found[number].append(KeptControl.model_validate(members | {"found": row.found or None}))
    return found


def tallies(connection: Connection, numbers: Sequence[int]) -> dict[int, RunTally]:
    """What some runs came to as a whole, by the run's number."""
    sums = [func.sum(CONTROLS.c[name]).label(name) for name in ("passed", "failed", "open")]
    counted = select(CONTROLS.c.run, *sums).where(CONTROLS.c.run.in_(numbers)).group_by(CONTROLS.c.run)
    named = select(CONTROLS.c.run, CONTROLS.c.control).where(
        CONTROLS.c.run.in_(numbers), CONTROLS.c.found == Standing.FAIL.value
    )
    failing: dict[int, list[str]] = {}
    for run, control in connection.execute(named.order_by(CONTROLS.c.control)):
        failing.setdefault(run, []).append(control)
    found = dict.fromkeys(numbers, RunTally())
    for row in connection.execute(counted):
        found[row.run] = RunTally(
            passed=row.passed, failed=row.failed, open=row.open, failing=tuple(failing.get(row.run, ()))
        )
    return found


def parts(connection: Connection, number: int) -> Iterator[KeptPart]:
    """The parts of one run, sorted."""
    asked = (
        select(PARTS, OUTCOMES.c.outcome, OUTCOMES.c.retried)
        .select_from(OUTCOMES)
        .join(PARTS)
        .where(OUTCOMES.c.run == number)
        .order_by(PARTS.c.control, PARTS.c.scenario, PARTS.c.provider, PARTS.c.dialect)
    )
    yield from map(part, connection.execute(asked))


def part(row: Row[Any]) -> KeptPart:
    """One part with what it came to."""
    names = ("control", "scenario", "provider", "dialect", "outcome", "retried")
    return KeptPart.model_validate({name: getattr(row, name) for name in names})


def latencies(connection: Connection, numbers: Sequence[int]) -> dict[int, list[KeptLatency]]:
    """What the loads of some runs measured, by the run's number."""
    asked = select(LATENCIES).where(LATENCIES.c.run.in_(numbers)).order_by(LATENCIES.c.position)
    found: dict[int, list[KeptLatency]] = {number: [] for number in numbers}
    for row in connection.execute(asked):
        members = row._mapping
        found[row.run].append(
            KeptLatency(
                endpoint=row.endpoint,
                scenario=row.scenario,
                dialect=row.dialect,
                requests=row.requests,
                failed=row.failed,
                percentiles={
                    name: Percentile(
                        observed_ms=members[f"{name}_ms"],
                        low_ms=members[f"{name}_low_ms"],
                        high_ms=members[f"{name}_high_ms"],
                    )
                    for name in SHARES
                },
            )
        )
    return found
