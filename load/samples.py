"""The samples that a sentence is judged by: a whole series, or one window of it after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.verdict.trials import Trial
from load.criteria.sentence import Metric, Sentence
from load.histogram import Cell
from load.measurement import Measurement
from load.series import Series, Window


class Sample(Window):
    """Requests that are judged together."""

    window: tuple[int, int] | None = None
    """Which seconds of the run it is; None: the whole."""
    short: bool = False
    """Whether the run had not one such stretch."""

    def trial(self, sentence: Sentence) -> Trial:
        """The sample as a trial of a sentence.

        What this machine did itself hinders a pass and is no ground to fail: passing goes by latency from the
        intended moment, failing by what the server surely took, and by failures that are surely not ours. A
        cell that holds the limit is neither surely within nor surely beyond.
        """
        surely = self.failed - self.excused
        if sentence.metric is Metric.SUCCESS_RATE:
            return Trial(self.requests, self.failed + self.late, surely, sentence.share)
        if sentence.metric is Metric.FAILURES:
            return Trial(self.requests, self.failed, surely, sentence.share)
        late = sum(cell.times for cell in self.latency if cell.high >= sentence.limit)
        slow = sum(cell.times for cell in self.service if cell.low >= sentence.limit)
        return Trial(self.requests, self.failed + late, surely + slow, sentence.share)

    @property
    def proven(self) -> list[Cell]:
        """What was surely taken for each request that did not surely fail: for an excused one, nothing."""
        return [Cell(0, 0, self.excused), *self.service]

    def missed(self, sentence: Sentence) -> float:
        """The share that missed a sentence; having no request at all is worse than anything."""
        return self.trial(sentence).bad / self.requests if self.requests else 2.0


def samples(
    series: Iterable[Series], sentence: Sentence, measurement: Measurement, *, starved: bool = False
) -> Iterator[Sample]:
    """The series together as one sample, or window by window from the start of the run.

    What is left after the last full window belongs to it. A window without a request is there, and empty.

    Args:
        starved: the generator's machine had not enough processor for whatever runs on it.
    """
    held = list(series)

    def counts(of: Series, window: Window) -> Window:
        return window.as_starved() if starved and of.same_machine else window

    if sentence.window_s is None:
        whole = Sample()
        for each in held:
            whole.add(counts(each, each.whole))
        yield whole
        return
    length, first = sentence.window_s, int(measurement.started.timestamp())
    lasting = max((second + 1 - first for each in held for second in each.windows), default=0)
    starts = range(0, max(1, lasting // length) * length, length)
    last = max((second for each in measurement.series.values() for second in each.windows), default=0)
    short = last + 1 - first < length
    windows = [Sample(window=(start, start + length), short=short) for start in starts]
    for each in held:
        for second, window in each.windows.items():
            place = min(max(second - first, 0) // length, len(windows) - 1)
            windows[place].add(counts(each, window))
    yield from windows
