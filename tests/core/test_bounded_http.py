"""However a server behaves, a request ends in time, and takes no more room than it was allowed."""

from __future__ import annotations

import gzip
import resource
import time
from typing import Any

import httpx
import pytest

from harness.core.bounded_http import BoundedClient
from harness.core.event_stream import is_answered
from tests.hostile.misbehaving import JSON, OK, OVERDUE, UNFIT, misbehaving, packed, repeats, says

LIMIT_S = 1.0
ROOM_KB = 50 * 1024


def asked(address: str, **options: Any) -> httpx.Response:
    with BoundedClient(limit_s=LIMIT_S, verify=False, trust_env=False, **options) as client:
        return client.get(address)


@pytest.mark.parametrize("name", OVERDUE)
def test_the_deadline_is_for_the_whole_exchange(name: str) -> None:
    with misbehaving(OVERDUE[name]) as address:
        begun = time.monotonic()
        with pytest.raises(httpx.TimeoutException):
            asked(address)
        assert time.monotonic() - begun < LIMIT_S + 2


@pytest.mark.parametrize("name", UNFIT)
def test_what_is_no_fit_answer_ends_at_once_and_costs_little(name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with misbehaving(UNFIT[name]) as address, pytest.raises(httpx.TransportError) as refused:
        asked(address)
    assert not isinstance(refused.value, httpx.TimeoutException)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < ROOM_KB


def test_an_answer_within_the_limits_is_handed_on_as_it_came() -> None:
    whole = JSON + b"X-Two: a\r\nX-Two: b\r\nContent-Length: 4\r\n\r\n{} \n"
    with misbehaving(says(whole)) as address:
        answer = asked(address)
    assert (answer.status_code, answer.content, answer.json()) == (200, b"{} \n", {})
    assert answer.headers.get_list("X-Two") == ["a", "b"]


@pytest.mark.parametrize(
    "location", ["https://xn--/x", "http://[", "http://a..b:99999999/", "%%", "http://\xff/"]
)
def test_where_a_redirect_points_is_not_even_looked_at(location: str) -> None:
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
    with misbehaving(says(head)) as address:
        assert asked(address).status_code == 302


def test_bodies_are_asked_for_unpacked_and_unpacked_all_the_same() -> None:
    with misbehaving(says(packed(gzip.compress(b'{"paid": 1}'), "gzip"))) as address:
        answer = asked(address)
    assert answer.json() == {"paid": 1}
    assert answer.request.headers.get_list("Accept-Encoding") == ["identity"]


def test_one_client_serves_many_threads_and_each_has_its_own_deadline() -> None:
    with (
        misbehaving(OVERDUE["mute"]) as mute,
        misbehaving(says(JSON + b"Content-Length: 2\r\n\r\n{}")) as quick,
        BoundedClient(limit_s=LIMIT_S, verify=False, trust_env=False) as client,
    ):
        for _ in range(2):
            with pytest.raises(httpx.TimeoutException):
                client.get(mute)
            assert client.get(quick).json() == {}


ANSWER = b'event: message\ndata: {"jsonrpc": "2.0", "id": 1, "result": {}}\n\n'


def test_a_stream_ends_with_its_answer_and_heartbeats_before_and_after_do_no_harm() -> None:
    stream = OK + b"Content-Type: text/event-stream\r\n\r\n: beat\n\n: beat\n\n" + ANSWER
    with misbehaving(repeats(stream, b": beat\n\n", every_s=0.1)) as address:
        begun = time.monotonic()
        answer = asked(address, enough=is_answered)
    assert ANSWER in answer.content
    assert time.monotonic() - begun < LIMIT_S
