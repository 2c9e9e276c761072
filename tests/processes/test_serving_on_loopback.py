"""A server of ours takes a free port on loopback, really answers, goes away, and says when it cannot."""

from __future__ import annotations

import socket

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from harness.core.errors import EnvironmentUnreachable
from harness.processes.serving import base_url, listen, port_for_a_program, serving


async def hello(request: Request) -> PlainTextResponse:
    client = request.client.host if request.client else ""
    return PlainTextResponse(f"你好 {client} {request.url.scheme}")


def application() -> Starlette:
    return Starlette(routes=[Route("/", hello)])


def get(url: str, **headers: str) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=5.0) as client:
        return client.get(url, headers=headers)


def test_a_served_application_answers_at_the_address_it_names() -> None:
    listener = listen()
    with serving(application(), listener) as address:
        assert address == base_url(listener)
        assert address.startswith("http://127.0.0.1:")
        assert get(address).text == "你好 127.0.0.1 http"


def test_proxy_headers_are_not_believed() -> None:
    with serving(application(), listen()) as address:
        answer = get(address, **{"X-Forwarded-For": "8.8.8.8", "X-Forwarded-Proto": "https"})
    assert answer.text == "你好 127.0.0.1 http"
    assert "server" not in answer.headers


def test_after_the_block_nothing_answers_any_more() -> None:
    with serving(application(), listen()) as address:
        assert get(address).status_code == 200
    with pytest.raises(httpx.ConnectError):
        get(address)


def test_two_servers_take_two_ports() -> None:
    with serving(application(), listen()) as one, serving(application(), listen()) as other:
        assert one != other
        assert get(one).text == get(other).text


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(EnvironmentUnreachable, match=f"cannot listen on 127.0.0.1:{port}") as refused:
            listen(port)
    assert refused.value.where == f"127.0.0.1:{port}"
    assert "--port" in refused.value.remedy


def test_a_port_for_a_program_is_free_and_none_that_is_handed_out_to_others() -> None:
    ports = {port_for_a_program() for _ in range(20)}
    assert all(20_000 <= port < 32_000 for port in ports)
    for port in ports:
        listen(port).close()


def test_an_error_inside_the_block_still_ends_the_server() -> None:
    listener = listen()
    address = base_url(listener)
    with pytest.raises(LookupError), serving(application(), listener):
        raise LookupError
    with pytest.raises(httpx.ConnectError):
        get(address)
