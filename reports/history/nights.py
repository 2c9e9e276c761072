"""The runs of a history as a table: when, how each ended, what failed, how fast it was, whose seal it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from harness.core.clock import BEIJING
from harness.core.control import Language, Model, Text
from harness.core.errors import UsageError
from harness.evidence import META, RunRecord
from reports.earlier_runs import Known
from reports.history.asking import History
from reports.history.entry import KeptLatency, KeptRun
from reports.history.trends import Flake
from reports.passed_over import DAMAGED, GONE, RESEALED

AS_SEALED = Text(zh="与封印一致", en="as it was sealed")
ELSEWHERE = Text(zh="记录在此处够不到的地方", en="its record is out of reach here")
"""On another machine, or in a folder that is not ours to look into."""
_SHOWN = 12
"""Controls that a line names; it counts the rest."""


class ListedRun(Model):
    """One run of the history, as it is listed."""

    run: KeptRun
    failing: tuple[str, ...]
    """Ids of the controls that failed in it."""
    latencies: tuple[KeptLatency, ...]
    record: Text
    """What became of its record."""


def listed(history: History, runs: Sequence[KeptRun]) -> Iterator[ListedRun]:
    """What is told of each of some runs."""
    known = history.known()
    tallies, latencies = history.tallies(runs), history.latencies(runs)
    for run in runs:
        yield ListedRun(
            run=run,
            failing=tallies[run.seal].failing,
            latencies=tuple(latencies.get(run.seal, ())),
            record=_record(run, known),
        )


def _record(run: KeptRun, known: Known) -> Text:
    """What became of a record since the history kept its seal."""
    folder = Path(run.place)
    try:
        if not folder.parent.is_dir():
            return ELSEWHERE
        if not (folder / META).is_file():
            return GONE
    except OSError:
        return ELSEWHERE
    try:
        record = RunRecord.open(
            folder, wanted=lambda _: False
        )  # what its lines say is the seal's to vouch for
    except UsageError:
        return DAMAGED
    if (broken := record.broken_seal(whole=False)) is not None:
        return broken.kind
    return RESEALED if known.contradicts(record.meta.id, folder) else AS_SEALED


def lines(nights: Iterable[ListedRun], gate: str, language: Language) -> Iterator[str]:
    """The table for a terminal: one line a run, and below it what failed, and how fast it was.

    Args:
        gate: whose verdicts are shown; empty: of each run the gate that it was about.
    """
    for night in nights:
        run = night.run
        verdict = run.verdicts.get(gate)
        ending = run.ending if not gate else verdict.verdict if verdict is not None else "-"
        when = run.ended.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
        ready = f"{_READINESS.spoken(language)} {run.readiness:.1f} %"
        sealed = f"{_SEALED.spoken(language)} {run.sealed_by[:20]}"
        yield "  ".join(
            [
                when,
                f"{ending:<17}",
                f"{ready:<16}",
                f"{run.grade:<10}",
                run.id,
                sealed,
                night.record.spoken(language),
            ]
        )
        if night.failing:
            more = len(night.failing) - _SHOWN
            tail = f" … +{more}" if more > 0 else ""
            yield f"    {_FAILING.spoken(language)} {' '.join(night.failing[:_SHOWN])}{tail}"
        if night.latencies:
            yield f"    {_LATENCY.spoken(language)} " + " · ".join(map(_latency, night.latencies))


_READINESS = Text(zh="就绪度", en="ready")
_SEALED = Text(zh="封印", en="sealed by")
_FAILING = Text(zh="不合格：", en="failing:")
_FLAKY = Text(zh="时好时坏：", en="flaky:")
_COUNTS = Text(
    zh="失败 {failed} 次，通过 {passed} 次，重试后通过 {retried} 次",
    en="failed in {failed} runs, passed in {passed}, passed only when retried in {retried}",
)
_LATENCY = Text(zh="p95（毫秒）：", en="p95 in ms:")


def flake_lines(flakes: Sequence[Flake], language: Language) -> Iterator[str]:
    """The parts that both failed and passed with one subject, the newest failure first."""
    for flake in flakes[:_SHOWN]:
        name = flake.scenario.rpartition("::")[2]
        where = f" ({flake.dialect})" if flake.dialect != "-" else ""
        counts = _COUNTS.filled(failed=flake.failed, passed=flake.passed, retried=flake.retried)
        yield "  ".join((_FLAKY.spoken(language), flake.control, f"{name}{where}", counts.spoken(language)))


def _latency(latency: KeptLatency) -> str:
    found = latency.percentiles.get("p95")
    if found is None or found.observed_ms is None:
        return f"{latency.name} -"
    bounds = "" if None in (found.low_ms, found.high_ms) else f" ({found.low_ms:.1f}–{found.high_ms:.1f})"
    return f"{latency.name} {found.observed_ms:.1f}{bounds}"
