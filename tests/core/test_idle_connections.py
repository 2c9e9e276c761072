"""A client keeps no connection for so long that its server may be closing it."""

from __future__ import annotations

import time

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from harness.core import bounded_http
from harness.core.bounded_http import BoundedClient
from harness.processes.serving import listen, serving

SHORT_S = 0.2


async def port_of_the_client(request: Request) -> PlainTextResponse:
    assert request.client is not None
    return PlainTextResponse(str(request.client.port))


@pytest.mark.parametrize(("waits_s", "connections"), [(0.0, 1), (2 * SHORT_S, 2)])
def test_a_connection_is_used_again_at_once_and_not_after_a_while(
    waits_s: float, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "IDLE_S", SHORT_S)
    app = Starlette(routes=[Route("/", port_of_the_client)])
    with serving(app, listen()) as address, BoundedClient(limit_s=5, trust_env=False) as client:
        first = client.get(address).text
        time.sleep(waits_s)
        second = client.get(address).text
    assert len({first, second}) == connections


def test_no_server_that_is_known_closes_earlier() -> None:
    gunicorns_s = 2.0
    assert gunicorns_s / 2 >= bounded_http.IDLE_S
