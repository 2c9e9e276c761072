"""What ends a load: the first signal asks, a second Ctrl-C ends, and whatever else comes is the first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from load.interruptions import Interruptions

ASKED, ENDED = "asked", "ended"


def listening(*, under_way: bool) -> tuple[Interruptions, list[str]]:
    happened: list[str] = []

    def ask() -> bool:
        happened.append(ASKED)
        return under_way

    return Interruptions(ask=ask, end=lambda: happened.append(ENDED)), happened


INTERRUPT: Callable[[Interruptions], None] = Interruptions.interrupted
END: Callable[[Interruptions], None] = Interruptions.told_to_end


@pytest.mark.parametrize(
    ("signals", "happened"),
    [
        ([INTERRUPT], [ASKED]),
        ([INTERRUPT, INTERRUPT], [ASKED, ENDED]),
        ([END, END, END], [ASKED]),
        ([INTERRUPT, END], [ASKED]),
        ([END, INTERRUPT], [ASKED, ENDED]),
    ],
)
def test_the_first_asks_and_a_second_interrupt_ends(
    signals: list[Callable[[Interruptions], None]], happened: list[str]
) -> None:
    interruptions, told = listening(under_way=True)
    for signal in signals:
        signal(interruptions)
    assert told == happened


def test_before_anything_is_under_way_the_first_ends_it() -> None:
    interruptions, told = listening(under_way=False)
    interruptions.interrupted()
    assert told == [ASKED, ENDED]
