"""A client keeps the cookies that answers set, and sends them back, as httpx's own does."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from harness.core.bounded_http import BoundedClient
from harness.core.seldom_cookies import SeldomCookies
from harness.processes.serving import listen, serving


@pytest.mark.parametrize("header", ["Set-Cookie", "set-cookie"])
def test_what_an_answer_sets_is_kept_however_the_header_is_written(header: str) -> None:
    cookies = SeldomCookies()
    asked = httpx.Request("GET", "http://127.0.0.1/")
    cookies.extract_cookies(httpx.Response(200, request=asked))
    assert not list(cookies.jar)
    cookies.extract_cookies(httpx.Response(200, headers={header: "session=s-1"}, request=asked))
    assert cookies["session"] == "s-1"


def test_a_client_sends_back_what_it_was_given() -> None:
    app = Starlette(routes=[Route("/{page}", tell_back)])
    with serving(app, listen()) as address, BoundedClient(limit_s=5, trust_env=False) as client:
        assert client.get(f"{address}/before").text == ""
        client.get(f"{address}/login")
        assert client.get(f"{address}/after").text == "session=s-1"


async def tell_back(request: Request) -> PlainTextResponse:
    """The cookies that it was sent; /login sets one."""
    told = PlainTextResponse(request.headers.get("Cookie", ""))
    if request.url.path == "/login":
        told.set_cookie("session", "s-1")
    return told
