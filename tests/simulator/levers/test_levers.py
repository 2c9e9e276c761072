"""The levers hear only holders of the token, on this machine, under this machine's name."""

from __future__ import annotations

import json

import pytest

from harness.simulator.levers.answers import LARGEST_BODY
from tests.simulator.merchant_side import NUMBER, Answer, MerchantSide

CALLS = [
    ("GET", "health"),
    ("POST", "pay"),
    ("POST", "advance"),
    ("GET", "orders"),
    ("GET", "creations?since=2026-11-28T00:00:00Z"),
    ("GET", f"orders/{NUMBER}"),
    ("GET", f"orders/{NUMBER}/notification"),
    ("POST", f"orders/{NUMBER}/redeliver"),
    ("POST", f"orders/{NUMBER}/resend"),
    ("GET", "ledger"),
    ("POST", "faults"),
    ("DELETE", "faults"),
    ("GET", "refused-signatures"),
    ("GET", "keys"),
    ("POST", "merchant-certificates"),
    ("GET", "merchant-certificates/0"),
    ("POST", "merchant-certificates/0/revoke"),
    ("POST", "merchant-certificates/0/restore"),
]


def pull(
    merchant: MerchantSide,
    method: str,
    path: str,
    body: object = None,
    *,
    host: str = "127.0.0.1:8765",
    token: str | None = None,
) -> Answer:
    """One request to the levers; the right token and a good Host unless a test says otherwise."""
    bearer = merchant.simulator.identity.levers_token if token is None else token
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = [(b"host", host.encode()), (b"authorization", f"Bearer {bearer}".encode())]
    return merchant.send(method, f"/_golive/{path}", content, headers)


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("token", ["", "wrong", "Bearer"])
def test_without_the_token_nothing_is_done(
    merchant: MerchantSide, method: str, path: str, token: str
) -> None:
    answer = pull(merchant, method, path, token=token)
    assert (answer.status, answer.json["reason"]) == (403, "forbidden")
    assert merchant.simulator.identity.levers_token not in answer.body.decode()


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("peer", ["192.168.1.7", "203.0.113.9", "testclient", "::ffff:10.0.0.1"])
def test_a_peer_elsewhere_finds_nothing(merchant: MerchantSide, method: str, path: str, peer: str) -> None:
    merchant.peer = peer
    answer = pull(merchant, method, path)
    assert (answer.status, answer.body) == (404, b"")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0:8765", "10.0.0.1"]
)
def test_a_rebound_name_finds_nothing(merchant: MerchantSide, host: str) -> None:
    assert pull(merchant, "GET", "keys", host=host).status == 404


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "localhost", "[::1]:8765"])
def test_every_name_of_this_machine_is_served(merchant: MerchantSide, host: str) -> None:
    assert pull(merchant, "GET", "health", host=host).json["ok"] is True


@pytest.mark.parametrize("code_url", [None, "weixin://wxpay/bizpayurl?pr=000000000"])
def test_a_payment_names_its_order_exactly_once(merchant: MerchantSide, code_url: str | None) -> None:
    body = {"out_trade_no": NUMBER, "code_url": code_url} if code_url else {}
    answer = pull(merchant, "POST", "pay", body)
    assert (answer.status, answer.json["reason"]) == (409, "invalid")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("pay", {"out_trade_no": NUMBER, "outcome": "steal"}),
        ("pay", {"out_trade_no": NUMBER, "coupon": 1.5}),
        ("pay", {"out_trade_no": NUMBER, "openid": ""}),
        ("pay", {"out_trade_no": NUMBER, "amount": 1}),
        ("pay", []),
        ("advance", {"seconds": -1}),
        ("advance", {"seconds": 1e12}),
        ("advance", {"seconds": "soon"}),
        ("advance", {}),
        ("faults", {"operation": "create", "action": "explode"}),
        ("faults", {"operation": "create", "action": "status"}),
        ("pay", b"{"),
        ("advance", b"\xff"),
        ("faults", b""),
    ],
)
def test_nonsense_is_refused_and_named(merchant: MerchantSide, path: str, body: object) -> None:
    answer = pull(merchant, "POST", path, body)
    assert (answer.status, answer.json["reason"]) == (422, "invalid")
    assert answer.json["message"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"operation": "querry", "action": "refuse"}, "there is no operation querry: did you mean query, "),
        ({"operation": "query", "action": "dealy"}, "there is no action dealy: did you mean delay?"),
        (
            {"operation": "query", "action": "refuse", "dialekt": "mcp"},
            "no member dialekt: did you mean dialect",
        ),
        ({"operation": "query", "action": "refuse", "nth": 0}, "nth has to be at least 1"),
        (
            {"operation": "query", "action": "refuse", "times": "ever"},
            "as times stands a whole number, or always",
        ),
    ],
)
def test_a_fault_is_refused_in_the_words_of_a_file_once_a_member(
    merchant: MerchantSide, fault: dict[str, object], said: str
) -> None:
    alone = pull(merchant, "POST", "faults", fault).json["message"]
    assert said in alone
    assert ";" not in alone
    standing = pull(merchant, "PUT", "rules", {"rules": [{"operation": "bill", "action": "reset"}, fault]})
    assert (standing.status, standing.json["message"]) == (422, f"rule 2: {alone}")


def test_an_unknown_lever_is_404_and_a_wrong_method_405(merchant: MerchantSide) -> None:
    assert pull(merchant, "GET", "steal").status == 404
    assert pull(merchant, "DELETE", "ledger").status == 405


def test_the_wire_needs_no_loopback_name(merchant: MerchantSide) -> None:
    body = b'{"echo_message":"x"}'
    headers = [*merchant.headers("POST", "/v3/security/echo", body), (b"host", b"simulator.internal:8765")]
    assert merchant.send("POST", "/v3/security/echo", body, headers).status == 200


def test_a_body_beyond_all_sense_is_refused_whoever_sends_it(merchant: MerchantSide) -> None:
    answer = pull(merchant, "POST", "faults", b" " * (LARGEST_BODY + 1))
    assert (answer.status, answer.json["reason"]) == (413, "invalid")
    assert str(LARGEST_BODY) in answer.json["message"]
