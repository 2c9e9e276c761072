"""Nothing of others links, mentions or marks up, and no character is cut in two."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.messages.inert import CUT, cut, inert

OBEYED = re.compile(r"[@<>\[\]`*_#~|\\&\n\r\t]|://|:|\.[A-Za-z]{2}|[\u202a-\u202e\ud800-\udfff]")
HOSTILE = [
    '<at user_id="all">everybody</at>',
    "<at id=all></at>",
    "<@all> <@zhangsan>",
    "@all @13800000000",
    "[pay here](https://evil.example/pay)",
    "![x](http://evil.example/x.png)",
    "see www.evil.example or evil.example/now",
    "weixin://wxpay/bizpayurl?pr=x",
    "javascript:alert(1)",
    '<font color="warning">GO</font>',
    "**GO** __GO__ `GO` ~~GO~~ | GO",
    "fail\n# GO\n> GO",
    "a\r\nb\u2028c\u202ed",
    "half \ud83d of an emoji",
    "&lt;at id=all&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text: str) -> None:
    told = inert(text)
    assert OBEYED.search(told.replace("\\u", "").replace("\\r", "")) is None, told
    told.encode()


@given(st.text())
@example("a\\b")
def test_whatever_it_is_it_is_inert(text: str) -> None:
    assert OBEYED.search(inert(text)) is None
    inert(text).encode()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("pay 👨‍👩‍👧 now", "pay"),
        ("pay 🇨🇳🇫🇷 now", "pay 🇨🇳"),
        ("pay 👍🏽 now", "pay"),
        ("pay e\u0301e\u0301 now", "pay e\u0301"),
        ("pay ❤️ now", "pay"),
    ],
)
def test_a_sign_of_several_parts_is_kept_or_left_as_a_whole(text: str, kept: str) -> None:
    inner = text.index(kept) + len(kept)
    for most in range(len(kept.encode()) + len(CUT.encode()), len(text.encode())):
        shorter = cut(text, most).removesuffix(CUT)
        assert shorter.startswith(kept)
        rest = shorter[inner:]
        assert rest.strip() in ("", text[inner:].strip()[: len(rest.strip())])
        whole = text[len(shorter) :]
        assert not whole.startswith(("\u200d", "\ufe0f", "\u0301", "🏽")), (shorter, whole)


@given(st.text(), st.integers(0, 80))
def test_it_never_takes_more_bytes_than_there_are(text: str, most: int) -> None:
    text = inert(text)
    told = cut(text, most)
    assert len(told.encode()) <= most
    assert told in {text, ""} or told.endswith(CUT.strip())
