"""The client: every request is answered and looked at, and a wrong answer ends the benchmark."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psutil
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.servers import Server
from bench.traffic import Burst, burst, request
from harness.core.errors import HarnessError, TargetFailure
from harness.processes.serving import base_url, listen, serving

POST = request("POST", "/echo", {"host": "127.0.0.1"}, b"hello")


class Echo:
    """Answers a body with itself, and counts."""

    def __init__(self) -> None:
        self.seen = 0

    async def echo(self, request: Request) -> Response:
        self.seen += 1
        return Response(await request.body())

    async def hang_up(self, request: Request) -> Response:
        return Response(b"bye", headers={"connection": "close"})


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def server(echo: Echo) -> Iterator[Server]:
    routes = [
        Route("/echo", echo.echo, methods=["POST"]),
        Route("/hang-up", echo.hang_up, methods=["POST"]),
    ]
    with serving(Starlette(routes=routes), listen()) as base:
        yield Server(base, psutil.Process(os.getpid()))


@pytest.mark.parametrize("requests", [1, 7, 100])
def test_every_request_is_sent_once_and_answered(server: Server, echo: Echo, requests: int) -> None:
    found = burst(server, [POST] * requests, says=b"hello")
    assert found.requests == echo.seen == requests
    assert found.wall_s > 0


def test_an_answer_that_says_something_else_ends_it(server: Server) -> None:
    with pytest.raises(TargetFailure, match="answered 200: hello"):
        burst(server, [POST] * 20, says=b"good-bye")


def test_a_refusal_ends_it(server: Server) -> None:
    with pytest.raises(TargetFailure, match="answered 404"):
        burst(server, [request("POST", "/nowhere", {"host": "x"}, b"hello")], says=b"")


def test_a_server_that_hangs_up_ends_it(server: Server) -> None:
    with pytest.raises(TargetFailure, match="hung up"):
        burst(server, [request("POST", "/hang-up", {"host": "x"}, b"bye")] * 40, says=b"bye")


def test_nobody_there_ends_it() -> None:
    with listen() as socket:
        address = base_url(socket)
    with pytest.raises(TargetFailure, match="no answer"):
        burst(Server(address, psutil.Process(os.getpid())), [POST], says=b"")


def test_capacity_is_requests_for_one_cpu_second() -> None:
    assert Burst(requests=300, cpu_s=0.2, wall_s=5.0).per_cpu_second == pytest.approx(1500)


@pytest.mark.parametrize(("requests", "cpu_s"), [(0, 1.0), (10, 0.0)])
def test_no_requests_or_no_time_are_no_sample(requests: int, cpu_s: float) -> None:
    with pytest.raises(HarnessError, match="no sample"):
        _ = Burst(requests, cpu_s, 1.0).per_cpu_second
