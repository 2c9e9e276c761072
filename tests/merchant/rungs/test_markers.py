"""A mark is found where a page takes it for mark-up, and nowhere else."""

from __future__ import annotations

import html
import json

import pytest

from harness.merchant.rungs.markers import Marker

MARK = Marker("g1a2b3")
ESCAPED = html.escape(MARK.text)


def test_a_mark_fits_into_the_shortest_text_of_the_platforms() -> None:
    assert len(Marker().text) <= 32
    assert Marker() != Marker()


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{ESCAPED}</p>",
        f'<input value="{ESCAPED}">',
        f'<input value="{MARK.text.replace("&", "&amp;").replace(chr(34), "&quot;")}">',
        f"<script>var order = {json.dumps(MARK.text).replace('<', chr(92) + 'u003c')}</script>",
        f"<script>var order = {json.dumps(MARK.text).replace('/', chr(92) + '/')}</script>",
        "<p>nothing</p>",
    ],
    ids=["text", "attribute", "quotes alone", "script", "script of PHP", "absent"],
)
def test_what_is_escaped_is_not_accused(page: str) -> None:
    assert not MARK.unescaped_in(page)


@pytest.mark.parametrize(
    ("page", "where"),
    [
        (f"<p>{MARK.text}</p>", "in the page"),
        (f"<title>{MARK.text}</title>", "in the page"),
        (f'<input name="x" value="{MARK.text}">', "in an attribute of <input>"),
        (f"<input value={MARK.text}>", "in an attribute of <input>"),
        (f"<script>var order = {json.dumps(MARK.text)}</script>", "in a <script>"),
    ],
    ids=["text", "title", "attribute", "bare attribute", "script"],
)
def test_what_is_not_is_found_with_its_place(page: str, where: str) -> None:
    assert MARK.unescaped_in(f"<html>{page}</html>").startswith(where)


def test_a_mark_is_seen_in_any_form() -> None:
    assert MARK.shown_by(f"<p>{ESCAPED}</p>")
    assert not MARK.shown_by("<p>g9</p>")
