"""Bare servers to compare with, served the way we serve: `python -m bench.bare_servers NAME`.

`signing-route` is a Starlette route that reads a body and signs its answer, and nothing else; `mcp-tool` is
one trivial tool of the official SDK.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import uvicorn
from mcp.server.mcpserver import MCPServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.servers import READY
from harness.processes.parent import end_with_parent
from harness.processes.serving import base_url, configuration, listen
from harness.signing.keys import generate
from harness.signing.wechat_v3 import signature_headers

ROUTE = "/v3/pay/transactions/native"
MCP_PATH = "/mcp"
MCP_TOOL = "create-native-payment"
_ANSWER = b'{"code_url":"weixin://wxpay/bizpayurl?pr=2ZpXhBDzz"}'


def signing_route() -> Starlette:
    """The least a platform could do: read, sign, answer."""
    key = generate()

    async def answer(request: Request) -> Response:
        await request.body()
        signed = signature_headers(key, "PUB_KEY_ID_BARE", _ANSWER)
        return Response(_ANSWER, media_type="application/json", headers=signed)

    return Starlette(routes=[Route(ROUTE, answer, methods=["POST"])])


def mcp_tool() -> Starlette:
    """The official SDK with one tool that takes an order's arguments and answers a constant."""
    server = MCPServer("bare", log_level="WARNING")

    def create(out_trade_no: str, amount: int, description: str, notify_url: str) -> dict[str, str]:
        return {"out_trade_no": out_trade_no, "code_url": "weixin://wxpay/bizpayurl?pr=2ZpXhBDzz"}

    server.add_tool(create, name=MCP_TOOL)
    return server.streamable_http_app(streamable_http_path=MCP_PATH, json_response=True)


SERVERS: Mapping[str, Callable[[], Any]] = {"signing-route": signing_route, "mcp-tool": mcp_tool}
"""By the name on the command line."""


def main(name: str) -> None:
    """Serve one of them on a free port until it is told to end."""
    end_with_parent()
    with listen() as listener:
        print(f"{READY}{base_url(listener)}", flush=True)
        uvicorn.Server(configuration(SERVERS[name]())).run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1])
