"""A comparison as lines for a terminal: figures, and where the interval lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rich.table import Table
from rich.text import Text

from harness.core.control import Language
from harness.core.texts import read_texts
from load.comparing.comparison import Comparison
from load.comparing.row import Answer, Row

_WORDS = read_texts(Path(__file__).with_suffix(".yaml"))
_LOOK = {Answer.WORSE: "bold red", Answer.HELD: "green", Answer.UNKNOWN: "yellow"}
_WORD = {Answer.WORSE: "WORSE", Answer.HELD: "HELD", Answer.UNKNOWN: "NOT YET"}
_REACH, _HALF = 0.25, 10
"""The picture of an interval goes from a quarter less to a quarter more, in ten columns each."""
_ROOM = 120
"""Columns of a terminal that has room for it."""


def table(comparison: Comparison, language: Language, width: int) -> Table:
    """A row for each question; where there is room, a picture marks no change and the tolerance.

    Args:
        width: columns of the terminal.
    """
    pictured = width >= _ROOM
    words = _WORDS["table"]
    shown = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("endpoint", "what", "before", "now", "change", "bounds"):
        right = name in ("before", "now", "change")
        shown.add_column(words[name].spoken(language), justify="right" if right else "left", no_wrap=True)
    if pictured:
        shown.add_column(f"-{_REACH:.0%}".ljust(_HALF) + "0" + f"+{_REACH:.0%}".rjust(_HALF), no_wrap=True)
    shown.add_column(words["answer"].spoken(language))
    for row in comparison.rows:
        share = row.what == "failures"
        what = words["failures"].spoken(language) if share else row.what
        shown.add_row(
            row.endpoint,
            what,
            _figure(row.before, share=share),
            _figure(row.now, share=share),
            _signed(row.change),
            f"{_signed(row.low)} … {_signed(row.high)}" if row.low is not None else f"≤ {_signed(row.high)}",
            *(["" if share else _picture(row, comparison.tolerance)] if pictured else []),
            Text(_answer(row, language), style=_LOOK[row.answer]),
        )
    return shown


def ending(comparison: Comparison, language: Language) -> str:
    """The last line."""
    return (
        _WORDS["ends"]["compared"]
        .filled(
            word=_WORD[comparison.answer],
            set=comparison.set,
            before=f"{comparison.before:%Y-%m-%d %H:%M} UTC",
            tolerance=f"{comparison.tolerance:.0%}",
        )
        .spoken(language)
    )


def caution(language: Language) -> str:
    """What is to be known of two runs in different environments."""
    return _WORDS["ends"]["environments"].spoken(language)


def _answer(row: Row, language: Language) -> str:
    if row.answer is Answer.UNKNOWN and row.times:
        return _WORDS["answers"]["more"].filled(times=row.times).spoken(language)
    return _WORDS["answers"][row.answer.value].spoken(language)


def _figure(value: float | None, *, share: bool) -> str:
    if value is None:
        return "–"
    return f"{value:.2%}" if share else f"{value:.4g} ms"


def _signed(value: float | None) -> str:
    return "∞" if value is None else f"{value:+.1%}"


def _picture(row: Row, tolerance: float) -> str:
    """The interval on a line: `·` outside, `─` inside, `●` as measured, `│` no change, `┊` the tolerance."""
    low = -1.0 if row.low is None else row.low
    high = float("inf") if row.high is None else row.high

    def cells() -> Iterator[str]:
        for place in range(-_HALF, _HALF + 1):
            at, half = place * _REACH / _HALF, _REACH / _HALF / 2
            if row.change is not None and at - half <= row.change < at + half:
                yield "●"
            elif low - half <= at <= high + half:
                yield "─"
            elif place == 0:
                yield "│"
            elif at - half <= tolerance < at + half:
                yield "┊"
            else:
                yield "·"

    return "".join(cells())
