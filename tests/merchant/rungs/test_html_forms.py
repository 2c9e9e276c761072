"""Forms and tokens of pages that nobody wrote for us."""

from __future__ import annotations

import pytest

from harness.merchant.rungs.html_forms import read_html

SHOP = """<html><meta name="csrf-token" content="m-1"><form action="/search"><input name="q"></form>
<form method="POST" action="/orders"><input type="hidden" name="authenticity_token" value="h-2">
<select name="size"><option value="s"><option value="l" selected></select>
<input type="radio" name="wrap" value="paper"><input type="radio" name="wrap" value="box" checked>
<textarea name="note"></textarea><button name="buy" value="1">buy</button></form>"""


def test_a_form_holds_what_a_browser_would_send() -> None:
    form = read_html(SHOP).form_with({"note"})
    assert form is not None
    assert (form.method, form.action) == ("POST", "/orders")
    held = {"authenticity_token": "h-2", "size": "l", "wrap": "box", "note": "", "buy": "1"}
    assert form.fields == held


def test_the_form_that_leads_to_the_request_is_the_one() -> None:
    form = read_html(SHOP).form_with((), "/search")
    assert form is not None
    assert form.fields == {"q": ""}


@pytest.mark.parametrize(
    ("html", "token"),
    [
        (SHOP, "m-1"),
        ('<form><input type="hidden" name="_csrf" value="a"></form>', "a"),
        ('<form><input type="hidden" name="csrfmiddlewaretoken" value="b"></form>', "b"),
        ('<form><input type="hidden" name="_token" value="c"></form>', "c"),
        ('<form><input type="hidden" name="order[_token]" value="d"></form>', "d"),
        ('<form><input type="hidden" name="token" value="e"></form>', ""),
        ('<form><input type="hidden" name="__RequestVerificationToken" value="c"></form>', "c"),
        ("<form><input name=user></form>", ""),
    ],
    ids=["meta", "express", "django", "laravel", "symfony", "another", "asp", "none"],
)
def test_the_token_is_found_by_looking(html: str, token: str) -> None:
    assert read_html(html).csrf == token


def test_what_is_no_html_has_no_forms() -> None:
    assert read_html('{"a": 1}').forms == ()
