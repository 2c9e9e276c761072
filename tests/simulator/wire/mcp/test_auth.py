"""Whoever has no business at the MCP endpoint is turned away before anything is read or changed."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from harness.simulator.wire.kit.body import LIMIT
from harness.simulator.wire.mcp.routes import PATH
from tests.simulator.mcp_side import Endpoint, RawCaller, order
from tests.simulator.merchant_side import MerchantSide

TOOL = "create-native-payment"


@pytest.fixture
def raw(served: Endpoint) -> Iterator[RawCaller]:
    with RawCaller(served) as raw:
        yield raw
        assert served.account.orders() == []
        assert raw.result("get-service-status", {})["structuredContent"]["wechat"] is True


def error(answer: httpx.Response) -> str:
    told = answer.json()
    assert told["jsonrpc"] == "2.0"
    return str(told["error"]["message"])


def test_no_key_is_refused_with_a_challenge(raw: RawCaller) -> None:
    headers = raw.headers(name=TOOL)
    del headers["authorization"]
    answer = raw.post(raw.message("tools/call", {"name": TOOL, "arguments": order()}), headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert "required" in error(answer)


@pytest.mark.parametrize("shown", ["Bearer wrong", "Bearer", "Basic {key}", "{key}", "Bearer {key}x"])
def test_a_wrong_key_is_refused_and_not_repeated(raw: RawCaller, shown: str) -> None:
    key = raw.endpoint.identity.mcp_api_key
    answer = raw.call(TOOL, order(), authorization=shown.format(key=key))
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["www-authenticate"]
    assert key not in answer.text


def test_two_keys_are_none(raw: RawCaller) -> None:
    headers = [*raw.headers(name=TOOL).items(), ("authorization", "Bearer other")]
    answer = raw.post(raw.message("tools/call", {"name": TOOL, "arguments": order()}), headers)
    assert answer.status_code == 401


def test_the_scheme_of_the_key_is_not_case_sensitive(raw: RawCaller) -> None:
    key = raw.endpoint.identity.mcp_api_key
    assert raw.call("get-service-status", {}, authorization=f"bearer  {key}").status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example:80",
        "http://127.0.0.1:80@evil.example",
        "file://",
        "http://127.0.0.1:99999999",
        "",
    ],
)
def test_a_foreign_origin_is_refused_even_with_the_key(raw: RawCaller, origin: str) -> None:
    answer = raw.call(TOOL, order(), origin=origin)
    assert answer.status_code == 403
    assert "origin" in error(answer)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:3000", "http://localhost", "https://[::1]:8443"])
def test_a_page_of_this_machine_may_call(raw: RawCaller, origin: str) -> None:
    assert raw.call("get-service-status", {}, origin=origin).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:80", "user@127.0.0.1", "127.0.0.1/x"]
)
def test_a_foreign_host_is_refused_even_with_the_key(raw: RawCaller, host: str) -> None:
    answer = raw.call(TOOL, order(), host=host)
    assert answer.status_code == 421
    assert "host" in error(answer)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS"])
def test_another_method_is_not_allowed(raw: RawCaller, method: str) -> None:
    answer = raw.http.request(method, raw.endpoint.url, headers=raw.endpoint.headers)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST, DELETE"


def test_ten_megabytes_are_too_many(raw: RawCaller) -> None:
    answer = raw.call(TOOL, order(description="茶" * 3_500_000))
    assert answer.status_code == 413
    assert str(LIMIT) in error(answer)


def test_a_body_that_grows_too_large_unannounced_is_cut_off(raw: RawCaller) -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"jsonrpc": "2.0", "id": 1, "method": "'
        for _ in range(20):
            yield b"a" * (LIMIT // 10)

    answer = raw.http.post(raw.endpoint.url, content=endless(), headers=raw.headers())
    assert answer.status_code == 413


def test_a_body_of_the_full_size_is_read(raw: RawCaller) -> None:
    body = b'{"jsonrpc": "2.0"' + b" " * (LIMIT - 18) + b"}"
    assert len(body) == LIMIT
    assert raw.post(body, raw.headers()).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 200_000, b'{"a": ' + b"9" * 5000 + b"}"])
def test_bad_json_is_a_parse_error(raw: RawCaller, body: bytes) -> None:
    answer = raw.post(body, raw.headers())
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, -32700)


@pytest.mark.parametrize("body", [[], [{}], 7, {"jsonrpc": "1.0", "id": 1, "method": "x"}, {"id": 1}])
def test_json_that_is_no_request_is_an_invalid_request(raw: RawCaller, body: object) -> None:
    answer = raw.post(body, raw.headers())
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, -32600)


def test_another_content_type_is_refused(raw: RawCaller) -> None:
    assert raw.call(TOOL, order(), content_type="text/plain").status_code == 415


def test_a_client_that_takes_no_json_is_refused(raw: RawCaller) -> None:
    assert raw.call(TOOL, order(), accept="text/html").status_code == 406


def test_every_answer_names_the_request(raw: RawCaller) -> None:
    refused = raw.call(TOOL, order(), authorization="Bearer wrong")
    served = raw.call("get-service-status", {})
    names = {refused.headers["request-id"], served.headers["request-id"]}
    assert len(names) == 2
    assert all(names)


def test_before_its_server_is_up_the_endpoint_is_unavailable(merchant: MerchantSide) -> None:
    key = merchant.simulator.identity.mcp_api_key
    headers = [(b"host", b"127.0.0.1:80"), (b"authorization", f"Bearer {key}".encode())]
    assert merchant.send("POST", PATH, b"{}", headers).status == 503


def test_paths_beside_the_endpoint_are_not_it(merchant: MerchantSide) -> None:
    for path in (f"{PATH}/", f"{PATH}x", "/mcp", "/MCP/v1"):
        assert merchant.send("POST", path, b"{}", [(b"host", b"127.0.0.1:80")]).status == 404
