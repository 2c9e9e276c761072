"""A stranger stays one: nothing that an endpoint once gave somebody is sent along with the next message."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.gateways.guard import UNGUARDED
from harness.processes.serving import listen, serving
from scenarios.mcp.jsonrpc import RawMcp


def test_a_cookie_is_not_brought_back() -> None:
    brought: list[dict[str, str]] = []

    def answer(request: Request) -> Response:
        brought.append(dict(request.cookies))
        response = JSONResponse({"jsonrpc": "2.0", "id": 1, "result": {}})
        response.set_cookie("session", "payer_page")
        return response

    app = Starlette(routes=[Route("/mcp", answer, methods=["POST"])])
    with serving(app, listen()) as address:
        by_hand = RawMcp(f"{address}/mcp", "key", UNGUARDED, notify_url="https://shop.test/notify")
        by_hand.stateless("tools/list")
        by_hand.stateless("tools/list", headers={"Authorization": ""})
        by_hand.close()
    assert brought == [{}, {}]
