"""Climbs from the declared peak to the knee, a load a step, each judged: `golive measure-capacity`.

The steps go to FOLDER/measurements/capacity.json, the declared peak's own measurement to load.json, and what
it proves to judged.json.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from harness.core.control import Blame, Check, Grade, Outcome
from harness.evidence.capacity import Capacity, CapacityStep
from harness.processes.scratch import scratch
from load.acceptance import Acceptance, accept
from load.criteria.file import load_set
from load.judged import keep
from load.measurement import FILE, read
from load.plan import plan
from load.run import generate
from load.steady_state import SteadyState

FASTEST = 25_600.0
"""Requests a second beyond which nobody climbs."""
LONGEST_S = 90.0
"""After so many seconds no further step begins: a step more is what a climb may be longer."""
HALVINGS = 2
"""Steps between the last rate that held and the first that did not."""


def climb(
    peak: float,
    step: Callable[[float], CapacityStep],
    *,
    clock: Callable[[], float] = time.monotonic,
    longest_s: float = LONGEST_S,
) -> Capacity:
    """Take steps until the knee is found: doubled rates until one does not hold, then between the two.

    Where it was the generator that did not keep up, the endpoint's own knee may still lie between.

    Args:
        peak: the first rate, requests a second.
        step: loads at a rate, and judges it.
        clock: seconds that only grow.
        longest_s: no step begins later.
    """
    begun, steps, rate = clock(), [step(peak)], peak

    def over() -> bool:
        return clock() - begun > longest_s

    while steps[-1].held and rate * 2 <= FASTEST and not over():
        rate *= 2
        steps.append(step(rate))
    climbed = Capacity(declared_peak=peak, steps=tuple(steps))
    for _ in range(HALVINGS):
        broken = climbed.broken
        if broken is None or over():
            break
        between = ((climbed.knee or 0) + broken.rate) / 2
        climbed = climbed.model_copy(update={"steps": (*climbed.steps, step(round(between, 1)))})
    return climbed.model_copy(update={"cut_short": over()})


def step_of(acceptance: Acceptance) -> CapacityStep:
    """What a judged step comes to: its first failed answer, else its first open one, else its queue."""
    measurement, arrivals = acceptance.measurement, acceptance.criteria.arrivals
    steady = SteadyState.of(measurement, arrivals.seconds)
    series = list(measurement.series.values())
    answered = [each for each in series if each.ok]
    outcomes = [each.outcome for each in acceptance.results if each.outcome is not Outcome.PASS]
    outcome = Outcome.FAIL if Outcome.FAIL in outcomes else next(iter(outcomes), Outcome.PASS)
    broke = _broke(acceptance) if outcomes else ""
    if not outcomes and not steady.held:
        outcome, broke = Outcome.INCONCLUSIVE if acceptance.late else Outcome.FAIL, steady.told
    saturated = outcome is Outcome.INCONCLUSIVE and bool(acceptance.late)

    def slowest_ms(share: float) -> float:
        return round(max((each.latency.quantile_s(share) * 1000 for each in answered), default=0.0), 1)

    return CapacityStep(
        rate=arrivals.rate,
        answered=round(steady.rate, 1),
        requests=measurement.requests,
        failed=sum(each.failures for each in series),
        p50_ms=slowest_ms(0.5),
        p99_ms=slowest_ms(0.99),
        outcome=outcome,
        broke=acceptance.late if saturated else broke,
        saturated=saturated,
    )


def checks_of(acceptance: Acceptance, step: CapacityStep) -> tuple[Check, ...]:
    """The checks of a step: none passes at a rate that was not held."""
    checks = acceptance.checks(Grade.SIMULATED)
    if step.held:
        return checks
    blame = Blame.ENDPOINT if step.outcome is Outcome.FAIL else Blame.HARNESS
    return tuple(
        each.model_copy(
            update={"outcome": step.outcome, "blame": blame, "message": f"{step.broke}. {each.message}"}
        )
        if each.outcome is Outcome.PASS
        else each
        for each in checks
    )


def _broke(acceptance: Acceptance) -> str:
    """The sentence that did not hold, failed ones first, with its series and figures."""
    told = [
        (one.outcome is not Outcome.FAIL, f"{each.key.name}: {one.message}")
        for each in acceptance.results
        for one in each.sentences
        if one.outcome is not Outcome.PASS
    ]
    undecided, first = min(told, key=lambda each: each[0])
    return "the step was cut short" if undecided and not acceptance.measurement.complete else first


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--set", "name", default="capacity", show_default=True, metavar="SET")
@click.option("--env-file", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.argument("more", nargs=-1)
def command(*, name: str, env_file: Path, out: Path, more: tuple[str, ...]) -> int:
    """Climb from the set's rate, the declared peak, to the knee; simulators only."""
    criteria = load_set(name)
    plan(criteria, grade=Grade.SIMULATED)
    (out / FILE).parent.mkdir(parents=True, exist_ok=True)

    def step(rate: float) -> CapacityStep:
        arrivals = criteria.arrivals.model_copy(update={"rate": rate})
        with tempfile.TemporaryDirectory(prefix="step-", dir=scratch()) as folder:
            code = generate(name, env_file, Path(folder), f"--rate={rate}", *more)
            measured = Path(folder) / FILE
            if not measured.exists():
                raise _Stopped(code)
            measurement = read(measured)
            if rate == criteria.arrivals.rate:
                shutil.copyfile(measured, out / FILE)
        acceptance = accept(measurement, criteria.model_copy(update={"arrivals": arrivals}))
        made = step_of(acceptance)
        if rate == criteria.arrivals.rate:
            keep(checks_of(acceptance, made), out)
        sys.stderr.write(
            f"{rate:7g} a second: {made.outcome.value}, {made.answered:g} answered, p50 {made.p50_ms:g} ms, "
            f"p99 {made.p99_ms:g} ms, {made.failed} failed  {made.broke}\n"
        )
        if measurement.interrupted:
            raise _Stopped(code)
        return made

    try:
        capacity = climb(criteria.arrivals.rate, step)
    except _Stopped as stop:
        return stop.code
    capacity.write(out)
    sys.stderr.write(f"knee: {capacity.knee_told}\n")
    return 0


class _Stopped(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
