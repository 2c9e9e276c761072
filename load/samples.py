"""What one sentence is judged by: a whole series, or one stretch of it after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from harness.verdict.trials import Trial
from load.criteria.sentence import Metric, Sentence
from load.histogram import Histogram
from load.measurement import Measurement, Series

__all__ = ["Sample", "samples"]


@dataclass
class Sample:
    """Requests that are judged together."""

    ok: int = 0
    failed: int = 0
    latency: Histogram = field(default_factory=Histogram)
    stretch: str = ""
    """Which stretch it is, for a message; empty: the run."""

    @property
    def requests(self) -> int:
        """How many there are."""
        return self.ok + self.failed

    def take(self, ok: int, failed: int, latency: Histogram) -> None:
        """Count more of them."""
        self.ok += ok
        self.failed += failed
        self.latency.add(latency)

    def trial(self, sentence: Sentence) -> Trial:
        """The sample as a trial of a sentence.

        A latency whose cell holds the limit is neither surely within nor surely beyond: it hinders a pass,
        and is no ground to fail.
        """
        if sentence.metric in (Metric.SUCCESS_RATE, Metric.FAILURES):
            return Trial(self.requests, self.failed, self.failed, sentence.share)
        late = sum(cell.times for cell in self.latency if cell.high >= sentence.limit)
        surely = sum(cell.times for cell in self.latency if cell.low >= sentence.limit)
        return Trial(self.requests, self.failed + late, self.failed + surely, sentence.share)


def samples(series: Iterable[Series], sentence: Sentence, measurement: Measurement) -> Iterator[Sample]:
    """The series together as one sample, or stretch by stretch from the start of the run.

    What is left after the last full stretch belongs to it. A stretch without a request is there, and empty.
    """
    held = list(series)
    if sentence.window_s is None:
        whole = Sample()
        for each in held:
            whole.take(each.ok, each.failures, each.latency)
        yield whole
        return
    length, first = sentence.window_s, int(measurement.started.timestamp())
    lasting = max((second + 1 - first for each in held for second in each.windows), default=0)
    starts = range(0, max(1, lasting // length) * length, length)
    stretches = [Sample(stretch=f"second {start} to {start + length}") for start in starts]
    for each in held:
        for second, window in each.windows.items():
            place = min(max(second - first, 0) // length, len(stretches) - 1)
            stretches[place].take(window.ok, window.failed, window.latency)
    yield from stretches
