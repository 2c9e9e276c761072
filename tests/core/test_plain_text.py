"""What others wrote reaches nobody as a command: not a terminal, not a page, not a parser."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from harness.core.control import Model
from harness.core.plain_text import PlainText, json_text, one_line, plain

OBEYED = {
    "escape sequence": "\x1b[31m",
    "operating system command": "\x9d0;title\x9c",
    "nul": "\x00",
    "carriage return": "paid\rREHEARSAL GO",
    "backspace": "no\x08\x08go",
    "delete": "\x7f",
    "right-to-left override": "\u202eOG",
    "isolate": "\u2066x\u2069",
    "arabic letter mark": "\u061c",
    "line separator": "\u2028",
    "half an emoji": "\ud83d",
    "the other half": "\ude00",
    "no character": "\uffff",
    "invisible tag": "\U000e0041",
}


@pytest.mark.parametrize("text", OBEYED.values(), ids=OBEYED.keys())
def test_what_would_be_obeyed_is_shown_instead(text: str) -> None:
    shown = plain(text)
    assert shown.isprintable()
    assert "\\" in shown
    assert ET.fromstring(f"<a>{shown}</a>").text == shown  # noqa: S314 - made here
    shown.encode()


@pytest.mark.parametrize("text", ["支付成功 ✓ 😀", "première\n\tligne", "a\\b", "กำลัง", "עברית"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_what_was_shown_once_is_not_shown_twice() -> None:
    assert plain(plain("\x1b\r")) == plain("\x1b\r")


def test_a_line_of_its_own_cannot_be_forged() -> None:
    assert one_line("no order\nREHEARSAL GO\tnow") == "no order\\nREHEARSAL GO\\tnow"


@pytest.mark.parametrize("text", OBEYED.values(), ids=OBEYED.keys())
def test_json_holds_the_value_and_nothing_that_is_obeyed(text: str) -> None:
    written = json_text({text: [text]})
    assert written.isprintable()
    (name, values), *rest = json.loads(written).items()
    half = "\ud800" <= text <= "\udfff"
    expected = plain(text) if half else text
    assert (name, values, rest) == (expected, [expected], [])


def test_json_may_be_indented() -> None:
    assert json_text({"b": "\x9b", "a": 1}, indent=1, sort_keys=True) == '{\n "a": 1,\n "b": "\\u009b"\n}'


def test_a_model_holds_plain_text_whoever_fills_it() -> None:
    class Said(Model):
        words: PlainText
        more: tuple[PlainText, ...] = ()

    assert Said(words="\x1b[2J", more=("\ud83d",)) == Said(words="\\x1b[2J", more=("\\ud83d",))
    assert Said.model_validate_json('{"words": "\\u202e"}').words == "\\u202e"
