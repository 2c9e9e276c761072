"""Draws the history as one SVG: a small panel for each figure, its values over the kept runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bench.metrics import Metric
from bench.results import FOLDER, Result
from harness.core.errors import UsageError

PICTURE = "history.svg"
COLUMNS = 3
WIDTH, HEIGHT = 300, 132
"""Of a panel, in pixels of the drawing."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 288, 62, 112
LIMITS = {
    "create-alipay": 0.55,
    "create-apiv3": 0.60,
    "create-apiv3-kept": 0.35,
    "create-at-100k-orders": 0.85,
    "memory-at-100k-orders": 1.0,
    "query-apiv3": 0.60,
    "load-create-apiv3": 0.85,
    "scenario-slowest": 1.0,
    "rehearsal": 1.0,
}
"""Ratios that a figure should stay above, or, where less is better, below."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One kept run in a panel."""

    x: float
    y: float
    hint: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure over time; what is drawn is its ratio where it has one, else its value."""

    name: str
    newest: str
    beside: str
    dots: tuple[Dot, ...]
    limit_y: float | None
    limit: str

    @property
    def line(self) -> str:
        """The dots as the points of a polyline."""
        return " ".join(f"{dot.x:g},{dot.y:g}" for dot in self.dots)


def draw(results: Sequence[Result]) -> str:
    """The history as SVG.

    Raises:
        UsageError: there is no history yet.
    """
    if not results:
        raise UsageError(
            "there is no history to draw", where=str(FOLDER), remedy="keep a run: make bench ARGS=--keep"
        )
    drawn = panels(results)
    rows = -(-len(drawn) // COLUMNS)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("history.svg.j2").render(
        placed=[
            (panel, WIDTH * (number % COLUMNS), 44 + HEIGHT * (number // COLUMNS))
            for number, panel in enumerate(drawn)
        ],
        width=WIDTH * COLUMNS,
        height=44 + HEIGHT * rows,
        newest=results[-1],
        runs=len(results),
    )


def write_picture(results: Sequence[Result], folder: Path = FOLDER) -> Path:
    """Draw the history beside it."""
    path = folder / PICTURE
    path.write_text(draw(results), "utf-8")
    return path


def panels(results: Sequence[Result]) -> list[Panel]:
    """A panel for each figure of the newest result, in its order."""
    return [_panel(metric.name, results) for metric in results[-1].metrics]


def _panel(name: str, results: Sequence[Result]) -> Panel:
    seen = [(at, result, metric) for at, result in enumerate(results) if (metric := _of(result, name))]
    newest = seen[-1][2]
    limit = LIMITS.get(name)
    heights = [_drawn(metric) for _, _, metric in seen]
    top = max([*heights, limit or 0.0]) * 1.1 or 1.0
    step = (_RIGHT - _LEFT) / max(len(results) - 1, 1)
    return Panel(
        name=name,
        newest=_words(newest),
        beside=f"of {newest.compared_with}" if newest.compared_with else "",
        dots=tuple(
            Dot(
                round(_LEFT + step * at, 1),
                _height(_drawn(metric), top),
                f"{result.time:%Y-%m-%d} {result.commit}, load {result.load:g}: {_words(metric)}",
            )
            for at, result, metric in seen
        ),
        limit_y=None if limit is None else _height(limit, top),
        limit="" if limit is None else f"{'at most' if newest.lower_is_better else 'at least'} {limit:g}",
    )


def _of(result: Result, name: str) -> Metric | None:
    return next((metric for metric in result.metrics if metric.name == name), None)


def _drawn(metric: Metric) -> float:
    return metric.value if metric.ratio is None else metric.ratio


def _height(value: float, top: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * value / top, 1)


def _words(metric: Metric) -> str:
    value = f"{metric.value:,.0f}" if abs(metric.value) >= 100 else f"{metric.value:.3g}"
    return f"{value} {metric.unit}" + ("" if metric.ratio is None else f" · {metric.ratio:.2f}")
