"""Judges a measurement: every sentence of a set of criteria, once, for whoever tells of it.

All statistical sentences of the set, over all series and windows, are trials of ONE run: each must clear
its own 95 % bound to pass, and to fail its suspicion must stand among all of them (Holm).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from harness.core.control import Blame, Check, Grade, Outcome
from harness.core.dialects import dialect, dialects
from harness.core.payment import Provider
from harness.evidence.watched import Watched
from harness.verdict.precedence import Standing, worst
from harness.verdict.trials import decide
from load import messages, over_time
from load.criteria.model import ALL, Criterion, LoadSet
from load.criteria.sentence import Metric, Sentence
from load.key import MERCHANT, Key
from load.lateness import LagResult, lags, why_late, why_void
from load.measurement import Measurement
from load.samples import Sample, samples
from load.series import Series


class SentenceResult(NamedTuple):
    """What became of one sentence about one series."""

    sentence: Sentence
    outcome: Outcome
    message: str
    """With its figures: requests, failures, bound, limit, and how many more requests would help."""
    worst: Sample
    """The requests that missed it most: a window of the run, or the whole."""
    growth: over_time.Figures | None = None
    """Of a sentence that compares moments of the run: its figures, which are those of no sample."""


class SeriesResult(NamedTuple):
    """What one control asked of one series, and the answer: a check to be."""

    control: str
    key: Key
    """Scenario and dialect may be `all`."""
    series: tuple[Series, ...]
    """None at all where nothing was measured; several where they are judged together."""
    sentences: tuple[SentenceResult, ...]
    outcome: Outcome
    message: str
    blame: Blame | None

    @property
    def requests(self) -> int:
        """How many requests it rests on."""
        return sum(each.requests for each in self.series)

    def covers(self, key: Key) -> bool:
        """Whether the requests of that key are judged here, by themselves or together with others."""
        return all(asked in (ALL, own) for asked, own in zip(self.key, key, strict=True))


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A judged run. What is proven is concluded, also in spite of a late generator: passing counts from the
    intended moment, failing by what is surely neither the generator's doing nor, where whoever was asked runs
    on its machine, that of the machine. Nothing is concluded where nothing was measured or the machine's
    clock was moved, and a run that was cut short passes nothing."""

    criteria: LoadSet
    measurement: Measurement
    generator: tuple[LagResult, ...]
    late: str
    """How the generator was later than the set allows; empty where it kept its schedule."""
    results: tuple[SeriesResult, ...]
    """In the order of the criteria."""

    def checks(self, grade: Grade) -> tuple[Check, ...]:
        """One check for each control and series.

        Args:
            grade: what evidence of this target is worth.
        """
        return tuple(
            Check(
                control=each.control,
                scenario=f"load/{self.criteria.id}/{each.key.endpoint}/{each.key.scenario}",
                provider=self._provider(each.key),
                dialect=each.key.dialect,
                outcome=each.outcome,
                grade=grade,
                started=self.measurement.started,
                duration_s=self.measurement.duration_s,
                message=each.message,
                blame=each.blame,
                exercised=each.requests,
            )
            for each in self.results
        )

    def _provider(self, key: Key) -> str:
        """Whose money moves: that of the series' dialect, or of all dialects that are judged together."""
        together = [each.dialect for each in self.criteria.users]
        spoken = [key.dialect] if key.dialect in dialects() else together
        return "+".join(sorted({dialect(each).provider for each in spoken if each})) or Provider.WECHAT


class _Asked(NamedTuple):
    """Sentences of one control about one series, from however many criteria."""

    control: str
    key: Key
    series: tuple[Series, ...]
    sentences: list[Sentence]


def accept(measurement: Measurement, criteria: LoadSet, watched: Watched | None = None) -> Acceptance:
    """Judge a run.

    Args:
        measurement: of all processes together.
        criteria: the set that the run was made for.
        watched: what was seen beside it of the merchant's memory and of the machine; None: nobody looked.
    """
    generator = lags(measurement, criteria.generator)
    late = why_late(measurement, generator)
    held = [
        (
            asked,
            [
                (sentence, list(samples(asked.series, sentence, measurement, starved=bool(late))))
                for sentence in asked.sentences
            ],
        )
        for asked in _asked(measurement, criteria)
    ]
    trials = [
        sample.trial(sentence)
        for _, parts in held
        for sentence, windows in parts
        if sentence.metric.statistical
        for sample in windows
    ]
    outcomes = iter(decide(trials, criteria.design))
    results = []
    for asked, parts in held:
        found = [
            _grown(
                sentence,
                windows[0],
                over_time.judge(
                    sentence, asked.series, measurement, watched, questions=criteria.over_time, late=late
                ),
            )
            if sentence.metric.over_time
            else _answer(sentence, windows, outcomes, criteria)
            for sentence, windows in parts
        ]
        results.append(_concluded(asked, found, measurement, late))
    return Acceptance(criteria, measurement, generator, late, tuple(results))


def _asked(measurement: Measurement, criteria: LoadSet) -> list[_Asked]:
    gathered: dict[tuple[str, Key], _Asked] = {}
    for criterion in criteria.criteria:
        for key, series in _judged(measurement, criteria, criterion).items():
            asked = gathered.setdefault((criterion.control, key), _Asked(criterion.control, key, series, []))
            asked.sentences.extend(each for each in criterion.require if each not in asked.sentences)
    return list(gathered.values())


def _judged(
    measurement: Measurement, criteria: LoadSet, criterion: Criterion
) -> dict[Key, tuple[Series, ...]]:
    """The series of a criterion, those that were planned and never measured among them, empty."""
    measured = {each.key: each for each in measurement.series.values() if criterion.covers(each.key)}
    judged: dict[Key, tuple[Series, ...]] = {}
    for key in sorted({*measured, *criteria.expected(criterion)}):
        scenario = ALL if criterion.scenario == ALL else key.scenario
        dialect = ALL if criterion.dialect == ALL else key.dialect
        together = Key(key.endpoint, scenario, dialect)
        judged[together] = judged.get(together, ()) + ((measured[key],) if key in measured else ())
    return judged or {Key(criterion.endpoint, criterion.scenario, criterion.dialect): ()}


def _answer(
    sentence: Sentence, windows: Sequence[Sample], outcomes: Iterator[Outcome], criteria: LoadSet
) -> SentenceResult:
    """A sentence with `for` is as good as its worst window, and says which that was."""
    if not sentence.metric.statistical:
        return _counted(sentence, windows[0])
    judged = [(next(outcomes), sample) for sample in windows]
    standing = worst(Standing(outcome.value) for outcome, _ in judged)
    same = [sample for outcome, sample in judged if outcome.value == standing.value]
    outcome = Outcome(standing.value)
    if outcome is Outcome.PASS and windows[0].short:
        outcome = Outcome.INCONCLUSIVE
        message = f"{sentence.text}: the run was shorter than one stretch of {sentence.window_s} s"
    elif sentence.window_s is not None and outcome is Outcome.PASS:
        message = f"{sentence.text}: held in each of {len(windows)} stretches"
    else:
        message = messages.statistical(sentence, same[0], outcome, criteria.design)
        message += "" if sentence.window_s is None else f" ({len(same)} of {len(windows)} stretches)"
    return SentenceResult(sentence, outcome, message, max(windows, key=lambda each: each.missed(sentence)))


def _grown(sentence: Sentence, whole: Sample, found: over_time.Finding) -> SentenceResult:
    """A sentence that compares moments of the run with each other."""
    return SentenceResult(sentence, found.outcome, found.message, whole, found.figures)


def _counted(sentence: Sentence, sample: Sample) -> SentenceResult:
    """A sentence that needs no statistics: one case decides it, or a number."""
    if sentence.metric is Metric.REQUESTS:
        missing = max(0, int(sentence.limit) - sample.requests)
        needs = f"; needs {missing} more requests" if missing else ""
        outcome = Outcome.INCONCLUSIVE if missing else Outcome.PASS
        return SentenceResult(
            sentence, outcome, f"{sentence.text}: {sample.requests} were made{needs}", sample
        )
    _, doubtful, misses, _ = sample.trial(sentence)
    if misses:
        outcome = Outcome.FAIL
    elif doubtful or not sample.requests:
        outcome = Outcome.INCONCLUSIVE
    else:
        outcome = Outcome.PASS
    return SentenceResult(sentence, outcome, messages.counted(sentence, sample, misses), sample)


def _concluded(
    asked: _Asked, found: Sequence[SentenceResult], measurement: Measurement, late: str
) -> SeriesResult:
    """The answer about one series, and what keeps it open."""
    outcome = Outcome(worst(Standing(each.outcome.value) for each in found).value)
    message = ". ".join(filter(None, [*(each.message for each in found), messages.reasons(asked.series)]))
    undecided = set[Outcome]()
    if not any(each.requests for each in asked.series):
        message, undecided = f"nothing was measured of {asked.key.name}", set(Outcome)
    elif void := why_void(measurement):
        message, undecided = f"{void}. {message}", set(Outcome)
    elif not measurement.complete:
        undecided = {Outcome.PASS}
        if outcome is Outcome.PASS:
            message = f"the run was cut short, so it passes nothing. {message}"
            message = f"generator saturated: {late}" if measurement.unsent else message
    unproven = Blame.HARNESS
    if late and outcome is Outcome.INCONCLUSIVE:
        starved = outcome not in undecided and any(map(_spared, found))
        if starved and any(each.same_machine for each in asked.series):
            unproven = Blame.ENVIRONMENT
            message = f"this machine was starved, and who was asked runs on it: {late}. {message}"
        else:
            message = f"generator saturated: {late}. {message}"
    elif late and outcome not in undecided:
        message = f"{message}. Proven although the generator was late: {late}"
    if outcome in undecided:
        outcome = Outcome.INCONCLUSIVE
    blame = {
        Outcome.PASS: None,
        Outcome.FAIL: Blame.MERCHANT if asked.key.dialect == MERCHANT else Blame.ENDPOINT,
    }.get(outcome, unproven)
    sentences = tuple(
        each._replace(outcome=Outcome.INCONCLUSIVE) if each.outcome in undecided else each for each in found
    )
    return SeriesResult(asked.control, asked.key, asked.series, sentences, outcome, message, blame)


def _spared(result: SentenceResult) -> bool:
    """Whether requests missed a sentence, and surely by whom is not known."""
    metric = result.sentence.metric
    if metric is Metric.REQUESTS or metric.over_time or result.outcome is not Outcome.INCONCLUSIVE:
        return False
    trial = result.worst.trial(result.sentence)
    return trial.bad > trial.surely_bad
