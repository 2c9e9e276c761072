"""`/openapi.json`, made when it is first asked for."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.core.plain_text import json_text
from harness.simulator.openapi.document import document
from harness.simulator.wire.kit.wire import Wire

PATH = "/openapi.json"


def openapi_route(wires: Collection[Wire]) -> Route:
    """Serves the document of these wires. It holds no key and no order, so whoever reaches us may read it."""

    @cache
    def text() -> str:
        return json_text(document(wires))

    async def answer(request: Request) -> Response:
        del request
        return Response(text(), media_type="application/json")

    return Route(PATH, answer)
