"""A session is a name that costs next to nothing, so whoever never says goodbye shuts nobody out."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import httpx
import pytest

from harness.simulator.account.identity import Identity
from harness.simulator.wire.mcp import sessions as session_module
from harness.simulator.wire.mcp.errors import RpcRefusal
from harness.simulator.wire.mcp.sessions import IDLE_S, MOST, Sessions
from tests.simulator.mcp_side import SESSIONS, RawCaller, endpoint

LISTING = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(clock: Clock) -> Sessions:
    return Sessions(now=clock)


@pytest.fixture
def raw(identity: Identity) -> Iterator[RawCaller]:
    with endpoint(identity) as served, RawCaller(served) as raw:
        yield raw


def opened(raw: RawCaller) -> str:
    answer = raw.open_session()
    assert answer.status_code == 200, answer.text
    return answer.headers["mcp-session-id"]


def listed(raw: RawCaller, session: str) -> int:
    return raw.post(LISTING, raw.session_headers(session)).status_code


def test_a_session_is_kept_while_it_is_used(kept: Sessions, clock: Clock) -> None:
    name = kept.begin("shop", SESSIONS)
    for _ in range(5):
        clock.now += IDLE_S - 1
        kept.use(name, "shop")


def test_one_that_nobody_uses_is_forgotten_within_minutes(kept: Sessions, clock: Clock) -> None:
    idle, busy = kept.begin("shop", SESSIONS), kept.begin("shop", SESSIONS)
    clock.now += IDLE_S / 2
    kept.use(busy, "shop")
    clock.now += IDLE_S / 2
    with pytest.raises(RpcRefusal) as refused:
        kept.use(idle, "shop")
    assert refused.value.status == 404
    kept.use(busy, "shop")
    assert len(kept) == 1
    assert IDLE_S <= 15 * 60


def test_another_merchants_session_is_none(kept: Sessions) -> None:
    name = kept.begin("shop", SESSIONS)
    with pytest.raises(RpcRefusal) as refused:
        kept.use(name, "another")
    assert refused.value.status == 404


def test_ten_thousand_cost_a_few_megabytes_and_further_ones_find_room(kept: Sessions) -> None:
    first = kept.begin("shop", SESSIONS)
    tracemalloc.start()
    try:
        names = [kept.begin("shop", SESSIONS) for _ in range(MOST)]
        cost, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert cost < 1024 * MOST
    assert len(kept) == MOST
    kept.use(names[-1], "shop")
    with pytest.raises(RpcRefusal):
        kept.use(first, "shop")


def test_handshakes_without_a_goodbye_shut_nobody_out(
    raw: RawCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "MOST", 20)
    names = [opened(raw) for _ in range(50)]
    assert listed(raw, names[-1]) == 200
    assert listed(raw, names[0]) == 404
    assert listed(raw, opened(raw)) == 200


def test_a_handshake_that_fails_opens_none(raw: RawCaller) -> None:
    bad = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": 7}}
    answer = raw.post(bad, raw.session_headers())
    assert "error" in answer.json()
    assert "mcp-session-id" not in answer.headers


def test_nothing_is_said_unasked(raw: RawCaller) -> None:
    headers = {**raw.session_headers(opened(raw)), "accept": "text/event-stream"}
    answer: httpx.Response = raw.http.get(raw.endpoint.url, headers=headers)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST, DELETE"


@pytest.mark.parametrize("body", [b"not json", b"[]", b"7", b"\xff"])
def test_what_cannot_be_read_is_told_so_and_not_asked_for_a_session(raw: RawCaller, body: bytes) -> None:
    answer = raw.post(body, raw.session_headers())
    assert answer.status_code == 400
    assert "session" not in answer.json()["error"]["message"].lower()


def test_a_session_that_is_not_there_is_neither_used_nor_ended(raw: RawCaller) -> None:
    assert listed(raw, "0" * 32) == 404
    gone = raw.http.delete(raw.endpoint.url, headers=raw.session_headers("0" * 32))
    nameless = raw.http.delete(raw.endpoint.url, headers=raw.session_headers())
    assert (gone.status_code, nameless.status_code) == (404, 400)
