"""What is no message, comes as something else or calls no tool is refused in words that a person can read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.mcp_side import SESSIONS, STATELESS, Endpoint, RawCaller

PING = {"jsonrpc": "2.0", "id": 3, "method": "ping"}
BAD_REQUEST, BAD_PARAMS, UNSUPPORTED = -32600, -32602, -32022


@pytest.fixture
def raw(served: Endpoint) -> Iterator[RawCaller]:
    with RawCaller(served) as raw:
        yield raw


@pytest.fixture
def session(raw: RawCaller) -> str:
    return str(raw.open_session().headers["mcp-session-id"])


def said(error: dict[str, Any]) -> str:
    """Its message, which tells nothing of the programs inside."""
    told = str(error["message"])
    assert 10 < len(told) < 120
    assert "validation error" not in told.lower()
    assert "pydantic" not in told
    return told


@pytest.mark.parametrize(
    ("body", "word", "identifier"),
    [
        ([PING, PING], "batch", None),
        ([], "batch", None),
        (None, "object", None),
        ("ping", "object", None),
        ({**PING, "jsonrpc": "1.0"}, "jsonrpc", 3),
        ({"id": 3, "method": "ping"}, "jsonrpc", 3),
        ({**PING, "method": 7}, "method", 3),
        ({"jsonrpc": "2.0", "id": 3}, "method", 3),
    ],
)
def test_what_is_no_message_is_an_invalid_request(
    raw: RawCaller, session: str, body: object, word: str, identifier: int | None
) -> None:
    for headers in (raw.session_headers(session), raw.headers("ping")):
        answer = raw.post(body, headers)
        told = answer.json()
        assert (answer.status_code, told["error"]["code"], told["id"]) == (400, BAD_REQUEST, identifier)
        assert word in said(told["error"])


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json-rpc", "", "multipart/form-data; boundary=x"]
)
def test_a_message_comes_as_json(raw: RawCaller, session: str, kind: str) -> None:
    for headers in (raw.session_headers(session), raw.headers("tools/list")):
        answer = raw.post(raw.message("tools/list"), {**headers, "content-type": kind})
        assert (answer.status_code, answer.headers["content-type"]) == (415, "application/json")
        assert "application/json" in said(answer.json()["error"])


@pytest.mark.parametrize("accept", ["text/event-stream", "text/html", "image/*"])
def test_who_takes_no_json_is_told_so(raw: RawCaller, session: str, accept: str) -> None:
    for headers in (raw.session_headers(session), raw.headers("tools/list")):
        answer = raw.post(raw.message("tools/list"), {**headers, "accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (406, "application/json")
        assert "Accept" in said(answer.json()["error"])


@pytest.mark.parametrize("accept", ["*/*", "application/*", "Application/JSON;q=0.5, text/event-stream"])
def test_who_takes_json_among_others_is_served(raw: RawCaller, accept: str) -> None:
    headers = {
        **raw.headers("tools/list"),
        "accept": accept,
        "content-type": "Application/JSON; charset=utf-8",
    }
    assert raw.post(raw.message("tools/list"), headers).status_code == 200


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ([], "params"),
        ({}, "params.name"),
        ({"name": 7}, "params.name"),
        ({"name": "x", "arguments": []}, "arguments"),
    ],
)
def test_a_call_says_what_is_wrong_with_it_in_either_era(
    raw: RawCaller, session: str, params: Any, word: str
) -> None:
    message = {**PING, "method": "tools/call", "params": params}
    old = raw.post(message, raw.session_headers(session))
    assert (old.status_code, old.json()["error"]["code"], old.json()["id"]) == (200, BAD_PARAMS, 3)
    assert word in said(old.json()["error"])
    if isinstance(params, dict):
        new = raw.post(raw.message("tools/call", params), raw.headers(name=str(params.get("name"))))
        assert (new.status_code, new.json()["error"]["code"]) == (400, BAD_PARAMS)
        assert word in said(new.json()["error"])


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ([], "params"),
        ({}, "protocolVersion"),
        ({"protocolVersion": 7}, "protocolVersion"),
        ({"protocolVersion": SESSIONS}, "capabilities"),
        ({"protocolVersion": SESSIONS, "capabilities": {}}, "clientInfo"),
        ({"protocolVersion": SESSIONS, "capabilities": {}, "clientInfo": {"name": "x"}}, "version"),
    ],
)
def test_a_handshake_says_what_is_missing(raw: RawCaller, params: object, word: str) -> None:
    answer = raw.post({**PING, "method": "initialize", "params": params}, raw.session_headers())
    assert (answer.status_code, answer.json()["error"]["code"], answer.json()["id"]) == (200, BAD_PARAMS, 3)
    assert word in said(answer.json()["error"])
    assert "mcp-session-id" not in answer.headers


def test_the_stateless_era_has_no_handshake(raw: RawCaller) -> None:
    answer = raw.post(raw.message("initialize"), raw.headers("initialize"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, -32601)


@pytest.mark.parametrize("version", ["1999-01-01", "2025-11-5", ""])
def test_a_revision_that_a_session_names_wrongly_is_answered_with_those_spoken(
    raw: RawCaller, session: str, version: str
) -> None:
    answer = raw.post(PING, raw.session_headers(session, mcp_protocol_version=version))
    told = answer.json()["error"]
    assert (answer.status_code, told["code"]) == (400, UNSUPPORTED)
    assert {STATELESS, SESSIONS} <= {*told["data"]["supported"]}
