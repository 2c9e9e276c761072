"""What an app serves is opened: pages, bundles with their parts, source maps, names under which keys lie."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from harness.core.exchange import Exchange
from harness.merchant.http import MerchantHttp
from harness.merchant.rungs.shopper import ShopperSession
from harness.merchant.served_files import ServedFiles
from harness.processes.serving import listen, serving

INLINE = b64encode(b'{"sources":[]}').decode()
FILES: dict[str, bytes] = {
    "/": b'<script src="/js/app.js?v=2"></script>',
    "/elsewhere": b'<script src="https://cdn.example.com/a.js"></script>',
    "/hidden": b"<p>reached by no link</p>",
    "/js/app.js": b'import "./part-1a.js"; //# sourceMappingURL=../maps/app.json',
    "/js/part-1a.js": f"//# sourceMappingURL=data:application/json;base64,{INLINE}".encode(),
    "/maps/app.json": b"{}",
    "/apiclient_cert.p12": b"\x30\x82\x0a\x00rest",
}


async def _file(request: Request) -> Response:
    held = FILES.get(request.url.path)
    return HTMLResponse(held if held is not None else b"nothing", 200 if held is not None else 404)


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def served(opened: list[str]) -> Iterator[ServedFiles]:
    def hear(exchange: Exchange) -> None:
        opened.append(exchange.url.partition("127.0.0.1:")[2].partition("/")[2])

    with (
        serving(Starlette(routes=[Route("/{path:path}", _file)]), listen()) as base_url,
        MerchantHttp(base_url) as http,
    ):
        yield ServedFiles(ShopperSession(http, base_url, Path(), {}), (hear,))


def test_pages_scripts_and_maps_are_opened(served: ServedFiles, opened: list[str]) -> None:
    served.look(["/", "/hidden"])
    assert (served.pages, served.scripts) == (2, 2)
    assert {"js/app.js?v=2", "js/part-1a.js", "js/app.js.map", "maps/app.json"} <= set(opened)
    assert served.inlined == [b'{"sources":[]}']


def test_names_under_which_keys_lie_are_asked_for(served: ServedFiles, opened: list[str]) -> None:
    served.look()
    assert {".env", ".git/config", "apiclient_key.pem", "cert/apiclient_key.pem"} <= set(opened)
    assert served.key_files == ["/apiclient_cert.p12"]


def test_an_app_without_pages_has_none(served: ServedFiles) -> None:
    served.look(["/nowhere"])
    assert served.pages == 0


def test_scripts_of_another_host_are_told(served: ServedFiles) -> None:
    served.look(["/", "/elsewhere"])
    assert served.left_out == ["scripts that another host serves were not looked at: 1, of cdn.example.com"]
