"""The sentences in which an acceptance gives its figures: counts, bound, limit, and what would settle it."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from harness.core.control import Outcome
from harness.verdict.design import Design
from harness.verdict.percentiles import lower_value, upper_value
from harness.verdict.rates import lower_bound, upper_bound
from harness.verdict.trials import Trial, requests_missing, sample_size
from load import measurement
from load.criteria.sentence import Metric, Sentence
from load.samples import Sample
from load.series import Series


def statistical(sentence: Sentence, sample: Sample, outcome: Outcome, design: Design) -> str:
    """What a sample says about a share, and unless that decides it, how many more requests would."""
    trial = sample.trial(sentence)
    where = "second {} to {}: ".format(*sample.window) if sample.window else ""
    if not sample.requests:
        figures = "no request was made"
    elif sentence.metric is Metric.SUCCESS_RATE:
        figures = _rate(sentence, sample, trial, outcome)
    else:
        figures = _percentile(sentence, sample, trial, outcome)
    more = _more(trial, design) if outcome is Outcome.INCONCLUSIVE else ""
    return f"{sentence.text}: {where}{figures}{_ours(trial, outcome)}{more}"


def counted(sentence: Sentence, sample: Sample, misses: int) -> str:
    """What a sample says about something of which one case is proof enough."""
    if not sample.requests:
        return f"{sentence.text}: no request was made"
    proven = lower_bound(misses, sample.requests)
    return (
        f"{sentence.text}: {misses} of {sample.requests} requests missed it; "
        f"that proves a share of at least {proven:.3%} (95 %)"
    )


def reasons(series: Iterable[Series]) -> str:
    """Why requests failed, the three commonest first; empty where none did."""
    commonest = measurement.reasons(series)[:3]
    return "Failures: " + ", ".join(f"{reason} × {count}" for reason, count in commonest) if commonest else ""


def time(microseconds: float) -> str:
    """A duration as people read it."""
    return f"{microseconds / 1e6:.3f} s" if microseconds >= 1e6 else f"{microseconds / 1e3:.1f} ms"


def _rate(sentence: Sentence, sample: Sample, trial: Trial, outcome: Outcome) -> str:
    if outcome is Outcome.FAIL:
        missed, late = trial.surely_bad, ""
        bound = f"at most {upper_bound(missed, trial.requests):.3%}"
    else:
        missed, late = sample.failed, f" and {sample.late} were sent too late" if sample.late else ""
        bound = f"at least {lower_bound(trial.bad, trial.requests):.3%}"
    return (
        f"{missed} of {trial.requests} requests failed{late}, so the rate is {bound} (95 %), "
        f"the limit {sentence.limit:.3%}"
    )


def _percentile(sentence: Sentence, sample: Sample, trial: Trial, outcome: Outcome) -> str:
    if outcome is Outcome.FAIL:
        missed = trial.surely_bad
        value = lower_value(sample.proven, sentence.share, beyond=sample.failed - sample.excused)
        bound = "a request that failed" if value == inf else f"at least {time(value)} (95 %)"
    else:
        missed = trial.bad
        value = upper_value(sample.latency, sentence.share, beyond=sample.failed)
        bound = "not bounded yet" if value == inf else f"at most {time(value)} (95 %)"
    failed = f", {sample.failed} that failed included" if sample.failed else ""
    return (
        f"{missed} of {trial.requests} requests ({missed / trial.requests:.2%}) took longer{failed}; "
        f"the percentile is {bound}, the limit {time(sentence.limit)}"
    )


def _ours(trial: Trial, outcome: Outcome) -> str:
    """How many of those that missed it are surely not ours, where that leaves the answer open."""
    if outcome is not Outcome.INCONCLUSIVE or trial.bad == trial.surely_bad:
        return ""
    return f"; surely by who was asked {trial.surely_bad}, the others may be this machine's own lateness"


def _more(trial: Trial, design: Design) -> str:
    missing = requests_missing(trial, design)
    if missing is not None:
        return f"; needs {missing} more requests" + (" at this rate" if trial.bad else "")
    size = sample_size(trial.bad, trial.limit, design)
    flawless = f"; {size - trial.requests} more would, if not one of them missed" if size else ""
    return f"; with misses as frequent as these no number of requests will do{flawless}"
