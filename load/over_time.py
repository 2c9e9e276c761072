"""Whether a merchant gets worse the longer it runs: its memory that grows, its answers that get slower.

The first third of a run warms it up. Memory is judged over the rest, in twenty stretches of equal length:
how much each has more than the one before is drawn again and again, so that one leap, however high, is
one event and proves no growth. Latencies of the last third stand beside those of the first, by blocks of
seconds, as two builds are compared (decision 0104).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import numpy as np

from harness.core.control import Outcome
from harness.evidence.watched import Watched
from harness.verdict.rates import ALPHA
from load.criteria.sentence import BEYOND, SHORTEST_S, Metric, Sentence
from load.measurement import Measurement
from load.resampling import FEWEST_BLOCKS, blocks_of, ratio
from load.series import Series

_STRETCHES = 20
_DRAWS = 4_000
_BUSIER = 0.1
"""A share of the machine's processor time that others may take more in one third than in the other."""
_CROWDED = 0.5
"""A share that leaves an answer to wait for its turn: then being late says nothing of who gives it."""
_HOUR_S = 3_600.0


class Figures(NamedTuple):
    """What a sentence came to: MB an hour (`growth`), or a share of 1 (`change`)."""

    kind: Literal["growth", "change"]
    observed: float | None
    low: float | None
    """It is at least this, with 95 %; None: nothing bounds it."""
    high: float | None
    limit: float


class Finding(NamedTuple):
    """What became of a sentence."""

    outcome: Outcome
    message: str
    figures: Figures


def judge(
    sentence: Sentence,
    series: Sequence[Series],
    measurement: Measurement,
    watched: Watched | None,
    *,
    questions: int,
    late: str,
) -> Finding:
    """Judge a sentence that compares moments of a run.

    Args:
        series: that it is about.
        watched: what was seen of merchant and machine beside the run; None: nobody looked.
        questions: how many such sentences there are: to fail, growth has to be proven among all of them.
        late: how the generator was later than allowed; empty: it was not.
    """
    if measurement.duration_s < SHORTEST_S:
        kind: Literal["growth", "change"] = "growth" if sentence.metric is Metric.MEMORY_GROWTH else "change"
        why = f"a run of {measurement.duration_s:.0f} s tells warming up from growing in no way"
        return _open(sentence, kind, f"{why}; it takes {SHORTEST_S:.0f} s at least")
    if sentence.metric is Metric.MEMORY_GROWTH:
        return _memory(sentence, series, measurement, watched, questions)
    settled, shared = _slower(sentence, series, measurement, questions)
    if settled.outcome is Outcome.INCONCLUSIVE or not shared:
        return settled
    why = "this machine was starved" if late and settled.outcome is Outcome.FAIL else ""
    if why := why or _unlike(measurement, watched, settled.outcome):
        told = settled.message.removeprefix(f"{sentence.text}: ")
        return _open(sentence, "change", f"{why}. {told}", settled.figures)
    return settled


def _open(
    sentence: Sentence, kind: Literal["growth", "change"], why: str, figures: Figures | None = None
) -> Finding:
    known = figures or Figures(kind, None, None, None, sentence.limit)
    return Finding(Outcome.INCONCLUSIVE, f"{sentence.text}: {why}", known)


def _memory(
    sentence: Sentence,
    series: Sequence[Series],
    measurement: Measurement,
    watched: Watched | None,
    questions: int,
) -> Finding:
    if watched is None:
        return _open(sentence, "growth", "nobody watched the merchant's memory during this load")
    if watched.why_not:
        return _open(sentence, "growth", watched.why_not)
    lasting_s = measurement.duration_s
    begin = (measurement.started - watched.started).total_seconds()
    warm = begin + lasting_s / 3
    held: list[list[float]] = [[] for _ in range(_STRETCHES)]
    length_s = lasting_s * 2 / 3 / _STRETCHES
    for at_s, memory_mb in zip(watched.at_s, watched.memory_mb, strict=True):
        place = int((at_s - warm) // length_s)
        if memory_mb is not None and 0 <= place < _STRETCHES:
            held[place].append(memory_mb)
    if not all(held):
        missing = sum(not each for each in held)
        why = f"the merchant's memory was not told in {missing} of {_STRETCHES} stretches"
        return _open(sentence, "growth", why)
    asked, answered = measurement.requests, sum(each.ok for each in series)
    idle = f"{answered} of {sum(each.requests for each in series)} requests were answered as they should be"
    idle += ", and who answers little keeps little"
    if not asked:
        return _open(sentence, "growth", idle)
    means = np.array([sum(each) / len(each) for each in held])
    more = np.diff(means) * _HOUR_S / length_s
    low, high = _bounds(more, ALPHA / questions)
    rate, half = float(more.mean()), (high - low) / 2
    figures = Figures("growth", round(rate, 3), round(low, 3), round(high, 3), sentence.limit)
    requests = asked * _HOUR_S / lasting_s
    told = (
        f"{sentence.text}: once warm, memory grows by {rate:.1f} ± {half:.1f} MB an hour (95 %), "
        f"{rate * 1e3 / requests:.1f} kB a request, from {means[0]:.1f} to {means[-1]:.1f} MB; "
        f"the limit is {sentence.limit:g} MB an hour"
    )
    settled = _settled(figures, told)
    why = idle if 2 * answered < sum(each.requests for each in series) or not answered else ""
    if len({each for stretch in held for each in stretch}) == 1:
        why = "the figure did not move once, as one does that is set at the start"
    if why and settled.outcome is Outcome.PASS:
        return _open(sentence, "growth", f"{why}. {told.removeprefix(f'{sentence.text}: ')}", figures)
    return settled


def _bounds(values: Iterable[float], low_alpha: float) -> tuple[float, float]:
    """Bounds of a mean, from drawing as many of its values again and again."""
    every = np.asarray(list(values))
    draw = np.random.default_rng(1)
    times = draw.multinomial(len(every), np.full(len(every), 1 / len(every)), _DRAWS)
    means = times @ every / len(every)
    return (
        float(np.quantile(means, low_alpha, method="lower")),
        float(np.quantile(means, 1 - ALPHA, method="higher")),
    )


def _settled(figures: Figures, told: str) -> Finding:
    """Proven worse, proven better, or neither."""
    if figures.low is not None and figures.low >= figures.limit:
        return Finding(Outcome.FAIL, told, figures)
    if figures.high is not None and figures.high < figures.limit:
        return Finding(Outcome.PASS, told, figures)
    return Finding(Outcome.INCONCLUSIVE, f"{told}; a longer run would tell", figures)


def _slower(
    sentence: Sentence,
    series: Sequence[Series],
    measurement: Measurement,
    questions: int,
) -> tuple[Finding, bool]:
    """What the latencies prove, and whether who answered shared the generator's machine."""
    first = int(measurement.started.timestamp())
    last = max((second + 1 for each in series for second in each.windows), default=first)
    third = (last - first) // 3
    was = blocks_of(series, between=(first, first + third))
    now = blocks_of(series, between=(last - third, last))
    fewest, blocks = min(was.requests, now.requests), min(len(was.failed), len(now.failed))
    needed = round(BEYOND / (1 - sentence.share))
    if fewest < needed or blocks < FEWEST_BLOCKS:
        why = f"a third of the run has {fewest} requests in {blocks} blocks of seconds"
        return _open(sentence, "change", f"{why}; it takes {needed} and {FEWEST_BLOCKS}"), True
    found = ratio(was, now, sentence.share, low_alpha=ALPHA / questions, high_alpha=ALPHA)
    known = {name: _change(value) for name, value in found._asdict().items()}
    figures = Figures("change", known["observed"], known["low"], known["high"], sentence.limit)
    told = (
        f"{sentence.text}: from the first third to the last, p{sentence.share * 100:g} went from "
        f"{_ms(was.percentile(sentence.share))} to {_ms(now.percentile(sentence.share))}, by "
        f"{_signed(figures.low)} to {_signed(figures.high)} (95 %); the limit is {sentence.limit:+.0%}"
    )
    return _settled(figures, told), any(each.same_machine for each in series)


def _unlike(measurement: Measurement, watched: Watched | None, outcome: Outcome) -> str:
    """Why other programs of this machine, and not the merchant, may be what differs; empty: they are not."""
    if watched is None:
        return "nobody watched how busy this machine was"
    begin = (measurement.started - watched.started).total_seconds()
    third = measurement.duration_s / 3

    def busy(start: float) -> float | None:
        held = [
            each
            for at_s, each in zip(watched.at_s, watched.others, strict=True)
            if each is not None and start <= at_s < start + third
        ]
        return sum(held) / len(held) if held else None

    was, now = busy(begin), busy(begin + 2 * third)
    if was is None or now is None:
        return "nobody watched how busy this machine was"
    failed = outcome is Outcome.FAIL
    busier = now - was if failed else was - now
    if busier <= _BUSIER and not (failed and now > _CROWDED):
        return ""
    return (
        f"other programs took {was:.0%} of this machine in the first third and {now:.0%} in the last, so the "
        "difference may be theirs"
    )


def _change(ratio_: float) -> float | None:
    return round(float(ratio_) - 1, 6) if np.isfinite(ratio_) and ratio_ else None


def _ms(microseconds: float) -> str:
    return f"{microseconds / 1e3:.1f} ms" if np.isfinite(microseconds) else "a request that failed"


def _signed(value: float | None) -> str:
    return "∞" if value is None else f"{value:+.1%}"
