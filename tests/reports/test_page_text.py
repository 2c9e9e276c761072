"""The digest of a page is of its words: layout makes no difference, and each word does."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from reports.checklist.clause import digest_of
from reports.checklist.page_text import normalised, text_of_page

PAGE = """<!doctype html><html><head><title>回调</title><style>p {color: red}</style></head>
<body><nav>目录</nav><main><h1>回调通知</h1><p>商户须在 <b>5 秒</b>内应答 &amp; 返回 200。</p></main>
<script>var visit = "17"</script><footer>© 2026</footer></body></html>"""
WORDS = "回调通知商户须在5秒内应答&返回200。"


def test_the_words_are_what_a_reader_sees() -> None:
    assert normalised(PAGE) == WORDS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<b>5 秒</b>", "5&nbsp;秒"),
        ("<p>", '<p class="wide" data-visit="18">'),
        ("<p>", "\n\n   <div><p>"),
        ("var visit", "let visits"),
        ("color: red", "color: blue"),
        ("© 2026", "© 2027"),
        ("<nav>目录", "<nav><a href='/x'>别的目录</a>"),
        ("商户", "<!-- built at noon -->商户"),
        ("应答", "应\u200b答"),
        ("</p></main>", "</main>"),
        ("&amp;", "&#38;"),
        ("<p>", "<P>"),
        ("\n", "\r\n"),
    ],
)
def test_layout_makes_no_difference(old: str, new: str) -> None:
    assert PAGE.replace(old, new) != PAGE
    assert normalised(PAGE.replace(old, new)) == WORDS


@pytest.mark.parametrize(("old", "new"), [("5 秒", "6 秒"), ("须", "应"), ("200", "20 0 4"), ("。", "")])
def test_a_word_makes_a_difference(old: str, new: str) -> None:
    assert digest_of(normalised(PAGE.replace(old, new))) != digest_of(WORDS)


def test_markdown_is_read_as_it_stands() -> None:
    assert normalised("# 回调通知\n\n1 < 2, 3 > 2\n") == "#回调通知1<2,3>2"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\u200b",
        "<html><body><script>app()</script></body></html>",
        "<!doctype html><html><script>never",
    ],
)
def test_a_page_without_words_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.html").write_text(text, "utf-8")
    with pytest.raises(UsageError, match="holds no words"):
        text_of_page(tmp_path / "page.html")


@pytest.mark.parametrize(
    "text",
    [
        "<p>words" + "<div>" * 200_000,
        "<p>words</nav></script></style>" + "</p>" * 100_000,
        "<p>words<![CDATA[<script>]]><!-- <p>",
        "<p>words&#xffffffff;&#0;&bogus;",
    ],
)
def test_a_damaged_page_is_read_as_far_as_it_goes(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.html").write_text(text, "utf-8")
    assert text_of_page(tmp_path / "page.html").startswith("words")


@pytest.mark.parametrize(
    "part",
    [
        "<",
        "<!--",
        "<a ",
        '<a "',
        "<a '>",
        "x=<a b='",
        "&",
        "<!x",
        "</",
        "<![CDATA[",
        "<script></scrip",
        "<svg>",
    ],
)
def test_a_hostile_page_takes_no_longer_than_its_length(part: str) -> None:
    began = time.process_time()
    normalised("<p>words" + part * (2_000_000 // len(part)))
    assert time.process_time() - began < 20


def test_a_quote_that_is_never_closed_hides_no_words() -> None:
    assert normalised("<p class='wide>5 秒</p><p>10 秒</p>") == "5秒10秒"
    assert normalised('<p title="a > b">5 秒</p>') == "5秒"


def test_what_is_left_out_may_be_nested() -> None:
    assert normalised("<div>a<nav><ul><li>b</li></ul><script>'</nav>'</script>c</nav>d</div>") == "ad"


def test_a_page_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(PAGE.encode("gbk", "ignore"))
    with pytest.raises(UsageError, match="not UTF-8"):
        text_of_page(tmp_path / "page.html")
