"""Figures: what was measured, how often, how far the measurements lie apart. No figure without a sample."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple, Self

from harness.core.control import Model
from harness.core.errors import HarnessError


class Pair(NamedTuple):
    """A value and its baseline, measured one right after the other, so that noise hits both alike."""

    value: float
    baseline: float

    @property
    def ratio(self) -> float:
        """The value in units of its baseline."""
        if self.baseline <= 0:
            raise HarnessError(f"a baseline of {self.baseline:g} compares with nothing", where="bench")
        return self.value / self.baseline


class Metric(Model):
    """One figure of a run, as `latest.json` has it."""

    name: str
    """Stable; the history is drawn along it."""
    value: float
    """Median of the samples."""
    unit: str
    baseline: float | None = None
    """Median of the baseline's samples, in the same unit; None where nothing is compared."""
    ratio: float | None = None
    """Median of the samples' own ratios; that is not always the ratio of the medians."""
    compared_with: str = ""
    """What the baseline is."""
    samples: int
    spread: float = 0.0
    """Largest sample less the smallest, in units of the median: of the ratios where there are any, else of
    the values."""
    lower_is_better: bool = False

    def line(self) -> str:
        """The metric as a person reads it."""
        compared = f" = {self.ratio:.2f} of {self.compared_with}" if self.ratio is not None else ""
        doubt = f" (±{self.spread / 2:.0%}, n={self.samples})" if self.samples > 1 else ""
        return f"{self.name:<34} {_plain(self.value):>10} {self.unit}{compared}{doubt}"

    @classmethod
    def of(cls, name: str, unit: str, values: Sequence[float], **members: object) -> Self:
        """A metric whose value is the median of `values`.

        Raises:
            HarnessError: there is no sample.
        """
        if not values:
            raise HarnessError(f"{name}: no sample was taken, so there is no figure", where="bench")
        return cls.model_validate(
            {"name": name, "unit": unit, "value": median(values), "samples": len(values), **members}
        )


def paired(
    name: str, unit: str, pairs: Sequence[Pair], *, compared_with: str, lower_is_better: bool = False
) -> Metric:
    """A metric with a baseline, from samples of both taken in turn.

    Raises:
        HarnessError: there is no sample, or a baseline is nothing.
    """
    ratios = [pair.ratio for pair in pairs]
    return Metric.of(
        name,
        unit,
        [pair.value for pair in pairs],
        baseline=median(pair.baseline for pair in pairs) if pairs else None,
        ratio=median(ratios) if ratios else None,
        compared_with=compared_with,
        spread=_spread(ratios),
        lower_is_better=lower_is_better,
    )


def once(
    name: str,
    unit: str,
    value: float,
    *,
    baseline: float | None = None,
    compared_with: str = "",
    lower_is_better: bool = True,
) -> Metric:
    """A metric that one look gives: seconds of a rehearsal, bytes of a process.

    Raises:
        HarnessError: the baseline is nothing.
    """
    if baseline is None:
        return Metric.of(name, unit, [value], lower_is_better=lower_is_better)
    pairs = [Pair(value, baseline)]
    return paired(name, unit, pairs, compared_with=compared_with, lower_is_better=lower_is_better)


def _spread(values: Sequence[float]) -> float:
    """How far apart values lie, in units of their median."""
    middle = median(values) if values else 0.0
    return (max(values) - min(values)) / middle if middle else 0.0


def _plain(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
