"""The hooks, where pytest itself would break on what they are handed."""

from __future__ import annotations

import sys
from types import TracebackType

import pytest

from harness.plugin.hooks import pytest_keyboard_interrupt


def interrupted_between_two_lines() -> pytest.ExceptionInfo[BaseException]:
    """A Ctrl-C whose innermost frame has no line, beneath one that has."""
    frame = sys._getframe()

    def placed(instruction: int) -> TracebackType:
        return TracebackType(None, frame, 2 * instruction, -1)

    lines = [line for line, *_ in frame.f_code.co_positions()]
    without_line = placed(lines.index(None))  # one there is: what holds `frame` for the function within
    heard = KeyboardInterrupt().with_traceback(TracebackType(without_line, frame, 0, frame.f_lineno))
    return pytest.ExceptionInfo.from_exception(heard)


def test_an_interruption_between_two_lines_can_be_shown() -> None:
    heard = interrupted_between_two_lines()
    with pytest.raises(TypeError):
        heard.getrepr(funcargs=True)
    pytest_keyboard_interrupt(heard)
    assert "KeyboardInterrupt" in str(heard.getrepr(funcargs=True))
