"""An answer that shows where an app's code stood is told from one that only speaks of an error."""

from __future__ import annotations

import time
import traceback

import pytest

from harness.merchant.inner_details import default_page, inner_details, tells_secret


def of_python() -> str:
    try:
        int("no number")
    except ValueError:
        return traceback.format_exc()
    return ""


SHOWN = {
    "a Python traceback": of_python(),
    "the debugger of Werkzeug": "<title>OSError: no // Werkzeug Debugger</title>",
    "Django's page for developers": "<p>You're seeing this error because you have <code>DEBUG = True</code>",
    "a Node stack": "<pre>Error: x<br> &nbsp; &nbsp;at Layer.handle (/srv/app/server.js:12:34)</pre>",
    "a Java stack": "java.net.ConnectException: x\n\tat com.shop.Pay.order(Pay.java:42)\n",
    "a PHP error": "<b>Fatal error</b>: Uncaught Exception: x in <b>/srv/pay.php</b> on line <b>3</b><br />",
    "a Go stack": "panic: x\n\ngoroutine 7 [running]:\n",
    "a Ruby stack": "app/pay.rb:12:in `order'\n",
    "a .NET stack": "System.Exception: x\n   at Shop.Pay.Order(Int32 id) in C:\\\\shop\\\\Pay.cs:line 12\n",
}


@pytest.mark.parametrize(("whose", "text"), SHOWN.items(), ids=SHOWN)
def test_it_is_named_whose_inside_is_shown(whose: str, text: str) -> None:
    assert inner_details(text) == whose


def test_a_stack_inside_json_is_seen() -> None:
    assert inner_details('{"error":"x","stack":"Error: x\\n    at pay (/srv/a.js:1:2)"}') == "a Node stack"


@pytest.mark.parametrize(
    "text",
    [
        '{"success":false,"error":"暂时无法连接微信支付，未产生扣款，请稍后重试。"}',
        "<h1>下单失败</h1><p>Please try again at /orders/12:30</p>",
        "Warning: your cart in this browser is empty",
        "We will be back at 12:30:00",
    ],
)
def test_words_for_a_shopper_show_nothing(text: str) -> None:
    assert inner_details(text) == ""


@pytest.mark.parametrize(
    "text", ["\n" * 1_000_000, "Warning: " * 110_000, "at " + "/" * 1_000_000, "at (/" * 200_000]
)
def test_a_huge_answer_is_looked_through_in_no_time(text: str) -> None:
    begun = time.process_time()
    inner_details(text)
    assert time.process_time() - begun < 5


def test_a_secret_is_found_and_a_short_word_is_none() -> None:
    assert tells_secret("key=0123456789abcdef", ["0123456789abcdef"])
    assert not tells_secret("true", ["true"])


def test_a_page_that_nobody_wrote_is_known() -> None:
    assert default_page("<h1>Internal Server Error</h1>")
    assert not default_page("<h1>下单失败</h1>")
