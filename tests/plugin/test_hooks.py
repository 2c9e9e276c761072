"""The hooks, where pytest itself would break on what they are handed."""

from __future__ import annotations

import sys
from types import TracebackType

import pytest

from harness.plugin import hooks


def test_of_an_interruption_between_two_lines_the_frame_without_one_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """pytest breaks where a frame has None for its line, as newer builds of Python 3.11 say it."""
    frame = sys._getframe()
    inner = TracebackType(None, frame, 0, frame.f_lineno)
    heard = KeyboardInterrupt().with_traceback(TracebackType(inner, frame, 0, frame.f_lineno))
    shown = pytest.ExceptionInfo.from_exception(heard)
    without_line = TracebackType(None, frame, 0, -1)
    told: list[int | None] = [without_line.tb_lineno]
    if told == [None]:
        real = KeyboardInterrupt().with_traceback(TracebackType(without_line, frame, 0, frame.f_lineno))
        with pytest.raises(TypeError):
            pytest.ExceptionInfo.from_exception(real).getrepr(funcargs=True)
    monkeypatch.setattr(hooks, "walk_tb", lambda _: [(frame, frame.f_lineno), (frame, None)])
    hooks.pytest_keyboard_interrupt(shown)
    assert len(shown.traceback) == 1
    assert "KeyboardInterrupt" in str(shown.getrepr(funcargs=True))
