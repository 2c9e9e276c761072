"""Both eras of the protocol are spoken, and whatever belongs to neither is told so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from tests.simulator.mcp_side import (
    CAPABILITIES_KEY,
    SESSIONS,
    STATELESS,
    VERSION_KEY,
    Endpoint,
    RawCaller,
    order,
)

TOOL = "create-native-payment"
MISMATCH, UNSUPPORTED, BAD_PARAMS, NO_METHOD = -32020, -32022, -32602, -32601


@pytest.fixture
def raw(served: Endpoint) -> Iterator[RawCaller]:
    with RawCaller(served) as raw:
        yield raw
        assert served.account.orders() == []


def refusal(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["error"]["code"]


def test_discovery_names_the_stateless_version_and_tools_only(raw: RawCaller) -> None:
    answer = raw.post(raw.message("server/discover"), raw.headers("server/discover"))
    found = answer.json()["result"]
    assert found["supportedVersions"] == [STATELESS]
    assert set(found["capabilities"]) == {"tools"}
    assert "mcp-session-id" not in answer.headers


def test_an_unknown_version_is_refused_with_what_is_spoken(raw: RawCaller) -> None:
    message = raw.message("tools/call", {"name": TOOL, "arguments": order()}, **{VERSION_KEY: "2099-01-01"})
    answer = raw.post(message, raw.headers(name=TOOL, mcp_protocol_version="2099-01-01"))
    assert refusal(answer) == (400, UNSUPPORTED)
    assert answer.json()["error"]["data"] == {"supported": [STATELESS], "requested": "2099-01-01"}


def test_the_handshake_answers_an_unknown_version_with_its_newest(raw: RawCaller) -> None:
    answer = raw.open_session("2099-01-01")
    assert answer.json()["result"]["protocolVersion"] == SESSIONS


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18", SESSIONS])
def test_the_handshake_agrees_to_every_version_of_its_era(raw: RawCaller, version: str) -> None:
    assert raw.open_session(version).json()["result"]["protocolVersion"] == version


@pytest.mark.parametrize("changed", ["mcp_method", "mcp_name"])
def test_a_header_that_contradicts_the_body_is_a_mismatch(raw: RawCaller, changed: str) -> None:
    assert refusal(raw.call(TOOL, order(), **{changed: "something-else"})) == (400, MISMATCH)


@pytest.mark.parametrize("missing", ["mcp-method", "mcp-name", "mcp-protocol-version"])
def test_a_missing_header_is_a_mismatch(raw: RawCaller, missing: str) -> None:
    headers = raw.headers(name=TOOL)
    del headers[missing]
    answer = raw.post(raw.message("tools/call", {"name": TOOL, "arguments": order()}), headers)
    assert refusal(answer) == (400, MISMATCH)
    assert answer.json()["id"] == 7


@pytest.mark.parametrize("twice", ["mcp-method", "mcp-name", "mcp-protocol-version"])
def test_a_header_that_comes_twice_is_a_mismatch(raw: RawCaller, twice: str) -> None:
    headers = raw.headers(name=TOOL)
    lines = [*headers.items(), (twice, headers[twice])]
    answer = raw.post(raw.message("tools/call", {"name": TOOL, "arguments": order()}), lines)
    assert refusal(answer) == (400, MISMATCH)


def test_a_body_of_the_stateless_era_under_a_header_of_the_other_is_a_mismatch(raw: RawCaller) -> None:
    assert refusal(raw.call(TOOL, order(), mcp_protocol_version=SESSIONS)) == (400, MISMATCH)


def test_blanks_around_a_routing_header_do_not_count(raw: RawCaller) -> None:
    tool = "get-service-status"
    message = raw.message("tools/call", {"name": tool, "arguments": {}})
    headers = raw.headers(name=f"{tool}  ", mcp_method=" tools/call ")
    parts = urlsplit(raw.endpoint.url)
    # httpx would not send such a header; other clients and proxies do.
    with closing(HTTPConnection(parts.netloc, timeout=10)) as connection:
        connection.request("POST", parts.path, json.dumps(message), headers)
        assert connection.getresponse().status == 200


@pytest.mark.parametrize("missing", [VERSION_KEY, CAPABILITIES_KEY])
def test_an_envelope_without_its_keys_is_refused(raw: RawCaller, missing: str) -> None:
    message = raw.message("tools/call", {"name": TOOL, "arguments": order()})
    del message["params"]["_meta"][missing]
    assert refusal(raw.post(message, raw.headers(name=TOOL))) == (400, BAD_PARAMS)


def test_an_unknown_method_is_not_found(raw: RawCaller) -> None:
    answer = raw.post(raw.message("payments/steal"), raw.headers("payments/steal"))
    assert refusal(answer) == (404, NO_METHOD)


def test_an_unknown_tool_is_a_protocol_error(raw: RawCaller) -> None:
    assert refusal(raw.call("create-gold", order())) == (400, BAD_PARAMS)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_the_stateless_era_has_nothing_but_posts(raw: RawCaller, method: str) -> None:
    headers = {**raw.endpoint.headers, "mcp-protocol-version": STATELESS, "accept": "text/event-stream"}
    assert raw.http.request(method, raw.endpoint.url, headers=headers).status_code == 405


def test_a_session_lives_until_it_is_deleted(raw: RawCaller) -> None:
    session = raw.open_session().headers["mcp-session-id"]
    initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert raw.post(initialized, raw.session_headers(session)).status_code == 202
    ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
    assert raw.post(ping, raw.session_headers(session)).json()["result"] == {}
    assert raw.http.delete(raw.endpoint.url, headers=raw.session_headers(session)).status_code == 200
    assert raw.post(ping, raw.session_headers(session)).status_code == 404


def test_a_session_nobody_opened_is_not_found(raw: RawCaller) -> None:
    listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
    assert raw.post(listing, raw.session_headers("0" * 32)).status_code == 404


def test_a_request_of_the_session_era_without_a_session_is_refused(raw: RawCaller) -> None:
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": TOOL, "arguments": order()}}
    assert raw.post(call, raw.session_headers()).status_code == 400


@pytest.mark.parametrize("identifier", [None, 1.0, 1.5, True, False, [], {}, [1]], ids=repr)
@pytest.mark.parametrize("era", [STATELESS, SESSIONS])
def test_an_id_is_a_string_or_a_whole_number(raw: RawCaller, identifier: object, era: str) -> None:
    message = {**raw.message("tools/call", {"name": TOOL, "arguments": order()}), "id": identifier}
    headers = raw.headers(name=TOOL)
    if era == SESSIONS:
        message = {"jsonrpc": "2.0", "id": identifier, "method": "ping"}
        headers = raw.session_headers(raw.open_session().headers["mcp-session-id"])
    answer = raw.post(message, headers)
    assert refusal(answer) == (400, -32600)
    assert answer.json()["id"] is None


@pytest.mark.parametrize("identifier", [b"null", b"1.0", b"true"])
def test_an_id_whose_name_is_escaped_is_an_id(raw: RawCaller, identifier: bytes) -> None:
    headers = raw.session_headers(raw.open_session().headers["mcp-session-id"])
    body = b'{"jsonrpc": "2.0", "\\u0069d": %s, "method": "ping"}' % identifier
    assert refusal(raw.post(body, headers)) == (400, -32600)


@pytest.mark.parametrize("identifier", ["a", "", 0, -1, 2**53])
def test_other_ids_come_back_as_they_are(raw: RawCaller, identifier: object) -> None:
    message = {**raw.message("tools/list"), "id": identifier}
    assert raw.post(message, raw.headers("tools/list")).json()["id"] == identifier


@pytest.mark.parametrize("media", ["Application/JSON", "APPLICATION/json; Charset=UTF-8"])
@pytest.mark.parametrize("era", [STATELESS, SESSIONS])
def test_a_media_type_ignores_case(raw: RawCaller, media: str, era: str) -> None:
    accept = "Application/Json, Text/Event-Stream"
    if era == STATELESS:
        headers = raw.headers("tools/list", content_type=media, accept=accept)
        answer = raw.post(raw.message("tools/list"), headers)
    else:
        session = raw.open_session().headers["mcp-session-id"]
        headers = raw.session_headers(session, content_type=media, accept=accept)
        answer = raw.post({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}, headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["result"]["tools"]
