"""A client keeps the cookies that answers set, and sends them back, as httpx's own does."""

from __future__ import annotations

import httpx
import pytest

from harness.core.bounded_http import BoundedClient
from harness.core.seldom_cookies import SeldomCookies


def answered(request: httpx.Request) -> httpx.Response:
    told = {"Set-Cookie": "session=s-1; Path=/"} if request.url.path == "/login" else {}
    return httpx.Response(200, headers=told, text=request.headers.get("Cookie", ""))


@pytest.mark.parametrize("header", ["Set-Cookie", "set-cookie"])
def test_what_an_answer_sets_is_kept_however_the_header_is_written(header: str) -> None:
    cookies = SeldomCookies()
    asked = httpx.Request("GET", "http://127.0.0.1/")
    cookies.extract_cookies(httpx.Response(200, request=asked))
    assert not list(cookies.jar)
    cookies.extract_cookies(httpx.Response(200, headers={header: "session=s-1"}, request=asked))
    assert cookies["session"] == "s-1"


def test_a_client_sends_back_what_it_was_given() -> None:
    with BoundedClient(limit_s=5, transport=httpx.MockTransport(answered)) as client:
        assert client.get("http://127.0.0.1/before").text == ""
        client.get("http://127.0.0.1/login")
        assert client.get("http://127.0.0.1/after").text == "session=s-1"
