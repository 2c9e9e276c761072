"""How far a figure moved is held against how far it has to."""

from __future__ import annotations

import pytest

from harness.monitoring.exposition import Figures, Timing
from harness.monitoring.phase import Phase, Span


def phase(before: float | None, after: float, span: Span) -> Phase:
    stood = {} if before is None else {"paid": before}
    return Phase("2 orders were paid", Figures(values=stood), Figures(values={"paid": after}), {"paid": span})


@pytest.mark.parametrize(
    ("before", "after", "span", "said"),
    [
        (1, 3, Span.of(2), ""),
        (None, 2, Span.of(2), ""),
        (0.1, 39.9, Span.of(39.8), ""),
        (1, 3, Span(1, 2), ""),
        (1, 2, Span.of(2), "paid moved by 1 while 2 orders were paid: it has to move by 2"),
        (1, 5, Span(1, 2), "paid moved by 4 while 2 orders were paid: it has to move by 1 to 2"),
        (9, 2, Span.of(2), "paid fell from 9 to 2 while 2 orders were paid, and a counter never does"),
    ],
)
def test_a_counter_moves_by_what_happened(before: float | None, after: float, span: Span, said: str) -> None:
    assert phase(before, after, span).wrong("paid") == said


def test_what_has_to_move_is_waited_for() -> None:
    assert not phase(1, 2, Span.of(2)).has_arrived
    assert phase(1, 3, Span.of(2)).has_arrived


def test_a_histogram_tells_what_it_took_in() -> None:
    before = Figures(timings={"t": Timing(2, 0.5, {0.1: 2, 1: 2})}, started=1)
    after = Figures(timings={"t": Timing(3, 0.9, {0.1: 2, 1: 3})}, started=2)
    moved = Phase("an order was slow", before, after)
    assert moved.timed("t") == Timing(1, 0.4, {0.1: 0, 1: 1})
    assert moved.restarted
