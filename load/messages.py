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
        figures = _rate(sentence, trial, outcome)
    else:
        figures = _percentile(sentence, sample, trial, outcome)
    more = _more(trial, design) if outcome is Outcome.INCONCLUSIVE else ""
    return f"{sentence.text}: {where}{figures}{more}"


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


def _rate(sentence: Sentence, trial: Trial, outcome: Outcome) -> str:
    if outcome is Outcome.FAIL:
        bound = f"at most {upper_bound(trial.bad, trial.requests):.3%}"
    else:
        bound = f"at least {lower_bound(trial.bad, trial.requests):.3%}"
    return (
        f"{trial.bad} of {trial.requests} requests failed, so the rate is {bound} (95 %), "
        f"the limit {sentence.limit:.3%}"
    )


def _percentile(sentence: Sentence, sample: Sample, trial: Trial, outcome: Outcome) -> str:
    if outcome is Outcome.FAIL:
        missed = trial.surely_bad
        value = lower_value(sample.latency, sentence.share, beyond=sample.failed)
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


def _more(trial: Trial, design: Design) -> str:
    missing = requests_missing(trial, design)
    if missing is not None:
        return f"; needs {missing} more requests" + (" at this rate" if trial.bad else "")
    size = sample_size(trial.bad, trial.limit, design)
    flawless = f", without another miss {size - trial.requests}" if size else ""
    return f"; at this rate no number of requests will do{flawless}"
