"""`python -m load.capacity`: from the declared peak up to the knee, a short load a step, judged one by one.

Example:
  python -m load.capacity --set capacity --env-file .env.simulator --out runs/load

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
from pydantic import Field

from harness.core.control import Check, Grade, Model, Outcome
from load.acceptance import accept, findings, saturation
from load.criteria.file import load_set
from load.criteria.model import LoadSet
from load.measurement import FILE, Measurement, read
from load.plan import plan
from load.run import ended, generate, generator_arguments, keep

__all__ = ["CAPACITY", "Capacity", "Step", "climb", "main"]

CAPACITY = "measurements/capacity.json"
FASTEST = 25_600.0
"""Requests a second beyond which nobody climbs."""
LONGEST_S = 90.0
"""After so many seconds no further step begins: a step more is what a climb may be longer."""
HALVINGS = 2
"""Steps between the last rate that held and the first that did not."""


class Step(Model):
    """One rate, and what became of it."""

    rate: float = Field(gt=0)
    """Requests a second that were due."""
    answered: float
    """Requests a second that ended as they should, over the step and the answers after it."""
    requests: int
    failed: int
    p50_ms: float
    p99_ms: float
    """Of the slowest series, from the moment a request was due; 0 without answers."""
    outcome: Outcome
    broke: str = ""
    """The first criterion that did not hold, with its figures; or how late the generator was."""
    saturated: bool = False
    """It was the generator that could not keep up: this says nothing of the endpoint."""

    @property
    def held(self) -> bool:
        """Whether every criterion held."""
        return self.outcome is Outcome.PASS


class Capacity(Model):
    """A whole climb; the steps in the order in which they were made."""

    schema_: int = Field(default=1, alias="schema")
    declared_peak: float
    steps: tuple[Step, ...]
    cut_short: bool = False
    """The time was over before the knee was found."""

    @property
    def highest_held(self) -> Step | None:
        """The highest rate that held below the first that did not."""
        broken = self.lowest_broken
        held = [each for each in self.steps if each.held and (broken is None or each.rate < broken.rate)]
        return max(held, key=lambda each: each.rate, default=None)

    @property
    def lowest_broken(self) -> Step | None:
        """The lowest rate that did not hold."""
        return min((each for each in self.steps if not each.held), key=lambda each: each.rate, default=None)

    @property
    def knee(self) -> str:
        """Where the knee is and what broke there, in one sentence."""
        held, broken = self.highest_held, self.lowest_broken
        below = f"{held.rate:g} requests a second held" if held else "no rate held"
        if broken is None:
            return f"{below}, and no higher one was tried: the knee is above"
        if broken.saturated:
            return f"{below}; at {broken.rate:g} the generator itself was too slow: {broken.broke}"
        return f"{below}, {broken.rate:g} did not: {broken.broke}"


def climb(
    peak: float,
    step: Callable[[float], Step],
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
        held, broken = climbed.highest_held, climbed.lowest_broken
        if broken is None or over():
            break
        between = (held.rate + broken.rate) / 2 if held else broken.rate / 2
        climbed = climbed.model_copy(update={"steps": (*climbed.steps, step(round(between, 1)))})
    return climbed.model_copy(update={"cut_short": over()})


def judged_step(measurement: Measurement, checks: tuple[Check, ...], criteria: LoadSet) -> Step:
    """What a step's measurement comes to."""
    series = list(measurement.series.values())
    late = saturation(measurement, criteria)
    broken = next((each for each in checks if each.outcome is Outcome.FAIL), None) or next(
        (each for each in checks if each.outcome is not Outcome.PASS), None
    )
    took = ((measurement.ended or measurement.started) - measurement.started).total_seconds()
    answered = [each for each in series if each.ok]

    def slowest(share: float) -> float:
        return max((each.latency.quantile_s(share) * 1000 for each in answered), default=0.0)

    return Step(
        rate=criteria.arrivals.rate,
        answered=round(sum(each.ok for each in series) / max(took, criteria.arrivals.seconds), 1),
        requests=sum(each.requests for each in series),
        failed=sum(each.failures for each in series),
        p50_ms=round(slowest(0.5), 1),
        p99_ms=round(slowest(0.99), 1),
        outcome=broken.outcome if broken else Outcome.PASS,
        broke=late or _first_broken(measurement, criteria) if broken else "",
        saturated=bool(late),
    )


def _first_broken(measurement: Measurement, criteria: LoadSet) -> str:
    """The sentence that did not hold, failed ones first, with its series and figures."""
    told = [
        (each.outcome is not Outcome.FAIL, f"{subject.key.name}: {each.message}")
        for subject, found in findings(measurement, criteria)
        for each in found
        if each.outcome is not Outcome.PASS
    ]
    return min(told, key=lambda each: each[0])[1] if told else "the step was cut short"


def _at(criteria: LoadSet, rate: float) -> LoadSet:
    arrivals = criteria.arrivals.model_copy(update={"rate": rate})
    return criteria.model_copy(update={"arrivals": arrivals})


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

    def step(rate: float) -> Step:
        wanted = _at(criteria, rate)
        with tempfile.TemporaryDirectory(prefix="golive-step-") as folder:
            code = generate(
                [*generator_arguments(wanted), f"--env-file={env_file}", f"--out={folder}", *more]
            )
            measured = Path(folder) / FILE
            if not measured.exists():
                raise _Stopped(code)
            measurement = read(measured)
            if rate == criteria.arrivals.rate:
                shutil.copyfile(measured, out / FILE)
        checks = accept(measurement, wanted, grade=Grade.SIMULATED)
        if rate == criteria.arrivals.rate:
            keep(checks, out)
        made = judged_step(measurement, checks, wanted)
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
    (out / CAPACITY).write_text(capacity.model_dump_json(indent=1, by_alias=True) + "\n", "utf-8")
    sys.stderr.write(f"knee: {capacity.knee}\n")
    return 0


class _Stopped(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def main() -> None:
    """Console entry."""
    ended(command, "python -m load.capacity")


if __name__ == "__main__":
    main()
