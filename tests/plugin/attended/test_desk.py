"""The desk shows what a terminal can show, and takes no answer for granted."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.control import Text
from harness.core.texts import read_texts
from harness.plugin.attended import desk as module
from harness.plugin.attended.answers import AnswerSource, Kind, Lines, Prepared
from harness.plugin.attended.desk import Desk

ASKED = Text(zh="手机是否显示支付成功？", en="Did the phone say paid?")


class Screen(io.TextIOWrapper):
    """A terminal that remembers what it was shown."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = True) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, errors="backslashreplace", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def shown(self) -> str:
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode(self.encoding, "replace")


class Said:
    """Somebody at a terminal who says these lines."""

    kind: Kind = "terminal"

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)

    def line(self, key: str, *, within_s: float) -> str | None:
        return self.lines.pop(0) if self.lines else None

    def gives_up(self) -> bool:
        return False


def at(source: AnswerSource | None, screen: Screen | None = None, **details: str) -> Desk:
    return Desk(screen or Screen(), source, **details)  # type: ignore[arg-type]


@pytest.mark.parametrize(("columns", "drawn"), [(30, False), (120, True), (0, True)])
def test_a_terminal_too_narrow_for_a_code_says_so_and_draws_none(
    coloured: None, columns: int, drawn: bool
) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(theirs, "w", encoding="utf-8") as screen:
        at(None, screen).show_code("weixin://wxpay/bizpayurl?pr=Ab3dE9f")  # type: ignore[arg-type]
        shown = os.read(ours, 1 << 16).decode("utf-8", "replace")
    os.close(ours)
    assert ("█" in shown) is drawn
    assert ("This terminal has 30 columns, and the code takes 37: scan it off the page" in shown) is not drawn


@pytest.fixture
def coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize(
    ("word", "said"), [("y", True), ("YES", True), ("是", True), ("n", False), ("否", False), ("", None)]
)
def test_an_answer_is_yes_no_or_none(word: str, said: bool | None) -> None:
    answer = at(Said(word)).yes("PAY-02", "told", ASKED, by="tester")
    assert (answer.said, answer.by, answer.how) == (said, "tester", "terminal")
    assert answer.members()["answer"] == {True: "yes", False: "no", None: None}[said]


def test_another_word_is_asked_again_and_then_no_answer() -> None:
    screen = Screen()
    assert at(Said("maybe", "y"), screen).yes("PAY-02", "told", ASKED, by="tester").said is True
    assert "Please answer y or n." in screen.shown
    assert at(Said("a", "b", "c", "y")).yes("PAY-02", "told", ASKED, by="tester").said is None


def test_without_a_name_nothing_is_asked_and_nothing_counts() -> None:
    someone = Said("y")
    assert at(someone).yes("PAY-02", "told", ASKED, by="").said is None
    assert someone.lines == ["y"]


def test_a_name_is_asked_once_and_is_none_of_a_terminals_orders() -> None:
    someone = Said("release manager", "another")
    desk = at(someone)
    assert (desk.name(), desk.name()) == ("release manager", "release manager")
    assert someone.lines == ["another"]
    assert at(Said("\x1b[2Kevil")).name() == "\\x1b[2Kevil"
    assert at(Said("")).name() == ""


def test_nobody_is_there(coloured: None) -> None:
    desk = at(None)
    assert not desk.attended
    assert desk.name() == ""
    assert desk.yes("PAY-02", "told", ASKED, by="tester").said is None
    assert desk.text("order qr", "number") == ""


def test_a_code_is_drawn_as_the_terminal_can(coloured: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert at(None, Screen("utf-8")).look == "blocks"
    assert at(None, Screen("ascii")).look == "spaces"
    assert at(None, Screen("gb18030")).look == "spaces"
    assert at(None, Screen(terminal=False)).look == "signs"
    monkeypatch.setenv("TERM", "dumb")
    assert at(None, Screen()).look == "signs"


@pytest.mark.parametrize(
    ("encoding", "words"), [("utf-8", "最多等待"), ("gb18030", "最多等待"), ("ascii", "Waiting for")]
)
def test_chinese_is_spoken_where_it_can_be_shown(encoding: str, words: str) -> None:
    screen = Screen(encoding)
    at(None, screen, language="zh").say("waits", seconds="5")
    assert words in screen.shown


def test_a_terminal_obeys_nothing_that_a_platform_says() -> None:
    screen = Screen()
    desk = at(None, screen)
    desk.say("paid", yuan="0.01", gone="1", transaction="\x1b[2Jfake {yuan}\n")
    desk.tell("weixin://\x1b]0;x\x07")
    assert "\x1b[2J" not in screen.shown
    assert "\x1b]0" not in screen.shown
    assert "\\x1b[2Jfake {yuan}\\n" in screen.shown


def test_progress_stays_on_one_line_of_a_terminal_and_is_lines_elsewhere() -> None:
    seen = {"gone": "1", "seconds": "9", "platform": "NOTPAY", "merchant": "-"}
    terminal, log = Screen(), Screen(terminal=False)
    for screen in (terminal, log):
        desk = at(None, screen)
        desk.progress("progress", **seen)
        desk.progress("progress", **seen)
        desk.say("unpaid")
    assert terminal.shown.count("\n") == 2
    assert log.shown.count("\n") == 3
    assert "\x1b" not in log.shown


def test_a_terminal_that_has_gone_breaks_nothing() -> None:
    class Gone(Screen):
        def write(self, text: str, /) -> int:
            raise BrokenPipeError

    desk = at(Said("y"), Gone())
    desk.say("unpaid")
    assert desk.yes("PAY-02", "told", ASKED, by="tester").said is True


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


def test_somebody_types_at_a_real_terminal(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    desk = at(Lines(theirs))
    typing = threading.Timer(0.2, os.write, (ours, b"release manager\ny\n"))
    typing.start()
    assert desk.types
    assert desk.name() == "release manager"
    assert desk.yes("PAY-02", "told", ASKED, by=desk.name()).said is True
    typing.join()


def test_a_file_has_the_answers_of_who_is_named_in_it() -> None:
    desk = at(Prepared("release manager", {"PAY-02 told": "y"}), by="release manager")
    assert desk.attended
    assert not desk.types
    assert desk.yes("PAY-02", "told", ASKED, by=desk.name()).members()["how"] == "file"


def test_every_sentence_of_the_desk_stands_in_both_languages() -> None:
    folder = Path(module.__file__).parent
    for name in ("sayings.yaml", "questions.yaml"):
        path = folder / name
        for section in read_texts(path).values():
            for text in section.values():
                assert text.zh != text.en
                places = [sorted(re.findall(r"\{([a-z]+)\}", each)) for each in (text.zh, text.en)]
                assert places[0] == places[1], text.en
