"""What a measurement proves: a check for each control, endpoint, scenario and dialect of a set of criteria.

All statistical sentences of the set, over all series and stretches, are trials of ONE run: each must clear
its own 95 % bound to pass, and to fail its suspicion must stand among all of them (Holm).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from harness.core.control import Blame, Check, Grade, Outcome
from harness.verdict.percentiles import observed_value
from harness.verdict.precedence import Standing, worst
from harness.verdict.trials import decide
from load import messages
from load.criteria.model import ALL, Criterion, LoadSet
from load.criteria.sentence import Metric, Sentence
from load.measurement import Key, Measurement, Series
from load.samples import Sample, samples

__all__ = ["Finding", "Subject", "accept", "findings", "saturation"]


class Finding(NamedTuple):
    """What became of one sentence."""

    sentence: Sentence
    outcome: Outcome
    message: str
    """With its figures: requests, failures, bound, limit, and how many more requests would help."""


class Subject(NamedTuple):
    """One check to be: what it is about, and the sentences that decide it."""

    control: str
    key: Key
    """Scenario and dialect may be `all`."""
    sentences: tuple[Sentence, ...]
    series: tuple[Series, ...]
    """None at all where nothing was measured; several where they are judged together."""

    @property
    def requests(self) -> int:
        """How many requests it rests on."""
        return sum(each.requests for each in self.series)


def accept(
    measurement: Measurement, criteria: LoadSet, *, grade: Grade, provider: str = "wechat"
) -> tuple[Check, ...]:
    """Judge a run.

    Args:
        measurement: of all processes together.
        criteria: the set that the run was made for.
        grade: what evidence of this target is worth.
        provider: whose money moves.

    Returns:
        One check for each control and series. Where nothing was measured, or the generator was too late, it
        is inconclusive; so is what a run that was cut short would have passed.
    """
    late = saturation(measurement, criteria)
    checks = []
    for subject, found in findings(measurement, criteria):
        outcome, message, blame = _concluded(subject, found, measurement, late)
        checks.append(
            Check(
                control=subject.control,
                scenario=f"load/{criteria.id}/{subject.key.endpoint}/{subject.key.scenario}",
                provider=provider,
                dialect=subject.key.dialect,
                outcome=outcome,
                grade=grade,
                started=measurement.started,
                duration_s=_duration(measurement).total_seconds(),
                message=message,
                blame=blame,
                exercised=subject.requests,
            )
        )
    return tuple(checks)


def saturation(measurement: Measurement, criteria: LoadSet) -> str:
    """How the generator was later than the set allows; empty where it kept its schedule."""
    if measurement.unsent:
        return f"{measurement.unsent} requests were due and never sent"
    for sentence in criteria.generator if measurement.requests else ():
        slowest = 1.0 if sentence.metric is Metric.MAX_LAG else sentence.share
        observed = observed_value(measurement.lag, slowest)
        if observed >= sentence.limit:
            return f"{sentence.text} was asked of the generator, and it was {messages.time(observed)} late"
    return ""


def findings(measurement: Measurement, criteria: LoadSet) -> Iterator[tuple[Subject, tuple[Finding, ...]]]:
    """What became of every sentence, series by series; the judge of a generator that kept its schedule."""
    subjects = list(_subjects(measurement, criteria))
    held = [
        [(each, list(samples(subject.series, each, measurement))) for each in subject.sentences]
        for subject in subjects
    ]
    trials = [
        sample.trial(sentence)
        for sentences in held
        for sentence, parts in sentences
        if sentence.metric.statistical
        for sample in parts
    ]
    outcomes = iter(decide(trials, criteria.design))
    for subject, sentences in zip(subjects, held, strict=True):
        found = []
        for sentence, parts in sentences:
            if not sentence.metric.statistical:
                found.append(_counted(sentence, parts[0]))
                continue
            judged = []
            for sample in parts:
                outcome = next(outcomes)
                message = messages.statistical(sentence, sample, outcome, criteria.design)
                judged.append(Finding(sentence, outcome, message))
            found.append(_of_stretches(sentence, judged))
        yield subject, tuple(found)


def _subjects(measurement: Measurement, criteria: LoadSet) -> Iterator[Subject]:
    """Sentences of one control about one series come together, from however many criteria."""
    gathered: dict[tuple[str, Key], tuple[list[Sentence], tuple[Series, ...]]] = {}
    for criterion in criteria.criteria:
        for key, series in _judged(measurement, criteria, criterion).items():
            sentences, _ = gathered.setdefault((criterion.control, key), ([], series))
            sentences.extend(each for each in criterion.require if each not in sentences)
    for (control, key), (sentences, series) in gathered.items():
        yield Subject(control, key, tuple(sentences), series)


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


def _of_stretches(sentence: Sentence, parts: Sequence[Finding]) -> Finding:
    """A sentence with `for` is as good as its worst stretch, and says which that was."""
    if sentence.window_s is None:
        return parts[0]
    standing = worst(Standing(each.outcome.value) for each in parts)
    same = [each for each in parts if each.outcome.value == standing.value]
    if standing is Standing.PASS:
        return Finding(sentence, Outcome.PASS, f"{sentence.text}: held in each of {len(parts)} stretches")
    return same[0]._replace(message=f"{same[0].message} ({len(same)} of {len(parts)} stretches)")


def _counted(sentence: Sentence, sample: Sample) -> Finding:
    """A sentence that needs no statistics: one case decides it, or a number."""
    if sentence.metric is Metric.REQUESTS:
        missing = max(0, int(sentence.limit) - sample.requests)
        needs = f"; needs {missing} more requests" if missing else ""
        outcome = Outcome.INCONCLUSIVE if missing else Outcome.PASS
        return Finding(sentence, outcome, f"{sentence.text}: {sample.requests} were made{needs}")
    _, doubtful, misses, _ = sample.trial(sentence)
    if misses:
        outcome = Outcome.FAIL
    elif doubtful or not sample.requests:
        outcome = Outcome.INCONCLUSIVE
    else:
        outcome = Outcome.PASS
    return Finding(sentence, outcome, messages.counted(sentence, sample, misses))


def _concluded(
    subject: Subject, found: tuple[Finding, ...], measurement: Measurement, late: str
) -> tuple[Outcome, str, Blame | None]:
    """Outcome, message and blame of one check."""
    if not subject.requests:
        return Outcome.INCONCLUSIVE, f"nothing was measured of {subject.key.name}", Blame.HARNESS
    if late:
        return Outcome.INCONCLUSIVE, f"generator saturated: {late}", Blame.HARNESS
    outcome = Outcome(worst(Standing(each.outcome.value) for each in found).value)
    message = ". ".join(filter(None, [*(each.message for each in found), messages.reasons(subject.series)]))
    if outcome is Outcome.FAIL:
        return outcome, message, Blame.MERCHANT if subject.key.dialect == "merchant" else Blame.ENDPOINT
    if outcome is Outcome.PASS and not measurement.complete:
        return Outcome.INCONCLUSIVE, f"the run was cut short, so it passes nothing. {message}", Blame.HARNESS
    return outcome, message, None if outcome is Outcome.PASS else Blame.HARNESS


def _duration(measurement: Measurement) -> timedelta:
    return timedelta() if measurement.ended is None else measurement.ended - measurement.started
