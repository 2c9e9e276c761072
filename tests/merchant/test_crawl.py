"""The pages of an app are looked through as a visitor does, and its scripts for what they call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from harness.merchant.crawl import Crawl
from harness.merchant.http import MerchantHttp
from harness.merchant.rungs.shopper import ShopperSession
from harness.processes.serving import listen, serving

PAGES = {
    "/": '<a href="/tea">tea</a> <a href="/gone">gone</a> <a href="/logout">leave</a>'
    '<a href="https://example.com/">away</a><script src="/app.js"></script><script src="/gone.js"></script>',
    "/many": "".join(f'<a href="/many/{number}">{number}</a>' for number in range(50)),
    **{f"/many/{number}": "" for number in range(50)},
    "/bundles": "".join(f'<script src="/bundle-{number}.js"></script>' for number in range(70)),
    "/elsewhere": '<script src="https://cdn.example.com/a.js"></script><script src="data:,1"></script>',
    "/tea": '<a href="/">home</a><script>fetch("/api/pay")</script>',
}
ASKED: list[str] = []


async def _page(request: Request) -> Response:
    path = request.url.path
    ASKED.append(path)
    if path == "/app.js":
        return PlainTextResponse("const url = '/api/orders/create'; const other = '/api/teas';")
    return HTMLResponse(PAGES[path]) if path in PAGES else HTMLResponse("nothing", 404)


@pytest.fixture
def crawl() -> Iterator[Crawl]:
    ASKED.clear()
    with (
        serving(Starlette(routes=[Route("/{path:path}", _page)]), listen()) as base_url,
        MerchantHttp(base_url) as http,
    ):
        yield Crawl(ShopperSession(http, base_url, Path(), {}))


def test_every_page_of_the_app_is_opened_once_and_none_that_leaves(crawl: Crawl) -> None:
    assert [page.path for page in crawl.pages()] == ["/", "/tea"]
    assert sorted(ASKED) == ["/", "/app.js", "/gone", "/gone.js", "/tea"]


def test_what_scripts_call_is_read_off_the_page_and_off_their_own_files(crawl: Crawl) -> None:
    assert list(crawl.pages())
    assert crawl.called == ("/api/orders/create", "/api/pay")


@pytest.mark.parametrize(
    ("first", "left"),
    [
        ("/", (set(), False, False)),
        ("/many", (set(), True, False)),
        ("/bundles", (set(), False, True)),
        ("/elsewhere", ({"https://cdn.example.com/a.js"}, False, False)),
    ],
)
def test_what_was_left_out_is_noted(crawl: Crawl, first: str, left: tuple[set[str], bool, bool]) -> None:
    assert list(crawl.pages(first))
    assert (crawl.foreign, crawl.more_pages, crawl.more_scripts) == left
    assert not crawl.late


def test_pages_that_were_left_when_time_was_over_are_noted(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.merchant.crawl.MOST_S", -1.0)
    assert not list(crawl.pages())
    assert crawl.late
