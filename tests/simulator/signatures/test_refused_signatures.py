"""A request that is refused for its signature is kept, and explained when somebody looks."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from harness.levers.models import RefusedSignature
from harness.signing import envelope as envelope_signing
from harness.signing import keys
from harness.signing.alipay import SCHEME, sign_request, text_to_sign, v3_request_message
from harness.signing.diagnosis.message import Message
from harness.signing.diagnosis.result import NOT_LOOKED_INTO
from harness.signing.envelope import SIGNATURE
from harness.signing.wechat_v3 import request_message, sign
from harness.simulator.account.identity import Identity
from harness.simulator.server import Simulator
from harness.simulator.signatures.refused import (
    DETAIL,
    LARGEST_BODY,
    MOST_BYTES_KEPT,
    MOST_KEPT,
    RefusedRequest,
    RefusedSignatures,
)
from tests.simulator.alipay_side import GATEWAY, AlipaySide
from tests.simulator.envelope_side import QUERY as QUERY_ENVELOPE
from tests.simulator.envelope_side import EnvelopeSide
from tests.simulator.merchant_side import NUMBER, TRANSACTIONS, Answer, MerchantSide

QUERY = f"{TRANSACTIONS}/out-trade-no/{NUMBER}?mchid="
STRANGER = keys.generate()


@pytest.fixture
def heard() -> list[tuple[RefusedRequest, int]]:
    """What a simulator's log would say."""
    return []


@pytest.fixture
def simulator(identity: Identity, heard: list[tuple[RefusedRequest, int]]) -> Simulator:
    """One that says why, to whoever asks and to whoever listens."""
    return Simulator(
        identity=identity,
        experience=False,
        tells_signatures=True,
        hears_signatures=lambda refused, unheard: heard.append((refused, unheard)),
    )


def signed(merchant: MerchantSide, target: str, *, method: str = "GET", **changed: str) -> Answer:
    """A query whose signature is over something else."""
    otherwise = {"method": method, "path_and_query": target} | changed
    header = merchant.signer.authorization(otherwise["method"], otherwise["path_and_query"], b"")
    return merchant.send(method, target, b"", merchant.headers(method, target, b"", authorization=header))


def the_last(simulator: Simulator) -> RefusedSignature:
    return simulator.refused.newest(1)[0].record()


def test_the_answer_the_log_and_the_levers_name_the_same_cause(
    merchant: MerchantSide, simulator: Simulator, heard: list[tuple[RefusedRequest, int]]
) -> None:
    target = f"{QUERY}{merchant.identity.mchid}"
    answer = signed(merchant, target, path_and_query=target.partition("?")[0])
    assert (answer.status, answer.code) == (401, "SIGN_ERROR")
    told = answer.json["detail"][DETAIL]
    assert told["cause"] == "query-left-out"
    assert told["zh"].startswith("签名时漏掉了查询串")
    assert told["expected"].splitlines()[1] == target
    assert told["signed"].splitlines()[1] == target.partition("?")[0]
    assert answer.json["detail"]["sign_information"]["url"] == target
    assert [(each.diagnosis.cause, unheard) for each, unheard in heard] == [("query-left-out", 0)]
    kept = the_last(simulator)
    assert (kept.cause, kept.out_trade_no, kept.method) == ("query-left-out", NUMBER, "GET")
    assert kept.answered == "401 SIGN_ERROR: 签名错误，请检查后再试"


def test_what_is_refused_before_any_signature_is_verified_is_explained_too(
    merchant: MerchantSide, simulator: Simulator
) -> None:
    target = f"{QUERY}{merchant.identity.mchid}"
    identity = merchant.identity

    def sent(header: str) -> str | None:
        headers = merchant.headers("GET", target, b"", authorization=header)
        assert merchant.send("GET", target, b"", headers).status == 401
        return the_last(simulator).cause

    signer = merchant.signer
    genuine = signer.authorization("GET", target, b"")
    seconds = int(time.time())
    assert sent(genuine.replace(",", ", ")) == "authorization-form"
    assert sent(signer.authorization("GET", target, b"", timestamp=seconds - 400)) == "stale-clock"
    assert sent(signer.authorization("GET", target, b"", timestamp=seconds * 1000)) == "milliseconds"
    assert (
        sent(genuine.replace(identity.merchant_serial, identity.certificate.serial))
        == "serial-of-the-platform"
    )
    assert sent(genuine.replace(identity.mchid, "1900000001")) == "wrong-account"
    assert sent(replace(signer, private_key=STRANGER).authorization("GET", target, b"")) is None
    assert (
        sent(replace(signer, private_key=identity.mcp.private_key).authorization("GET", target, b""))
        == "wrong-key"
    )
    assert sent("Bearer x") == "signature-missing"
    certificates = simulator.accounts.merchants[identity.mchid].certificates
    certificates.revoke(identity.merchant_serial)
    try:
        assert sent(signer.authorization("GET", target, b"")) == "certificate-revoked"
    finally:
        certificates.revoke(identity.merchant_serial, revoked=False)


def test_alipays_gateway_and_its_pages_say_why(alipay: AlipaySide, simulator: Simulator) -> None:
    given = alipay.parameters("alipay.trade.query", {"out_trade_no": NUMBER})
    del given["sign"]
    without = {name: value for name, value in given.items() if name != "sign_type"}
    wrong = {**given, "sign": sign_request(alipay.identity.app_key, without)}
    node = json.loads(alipay.post({}, wrong).body)["alipay_trade_query_response"]
    assert (node["sub_code"], node[DETAIL]["cause"]) == ("isv.invalid-signature", "sign-type-dropped")
    assert node[DETAIL]["expected"] == text_to_sign(given)
    assert (the_last(simulator).cause, the_last(simulator).out_trade_no) == ("sign-type-dropped", NUMBER)
    page = {**given, "method": "alipay.trade.page.pay"}
    escaped = {
        **page,
        "sign": sign(alipay.identity.app_key, text_to_sign(page).replace("&", "&amp;").encode()),
    }
    shown = alipay.merchant.send("GET", f"{GATEWAY}?{urlencode(escaped)}", b"", []).body.decode("gbk")
    assert "GoLive" in shown
    assert "HTML 转义" in shown


def test_alipays_v3_says_why(alipay: AlipaySide, simulator: Simulator) -> None:
    body = json.dumps({"out_trade_no": NUMBER}).encode()
    path = "/v3/alipay/trade/query"

    def sent(method: str, moment_ms: int) -> Any:
        auth = f"app_id={alipay.identity.app_id},timestamp={moment_ms},nonce={moment_ms}"
        made = sign(alipay.identity.app_key, v3_request_message(auth, method, path, body))
        headers = [(b"authorization", f"{SCHEME} {auth},sign={made}".encode())]
        return alipay.merchant.send("POST", path, body, headers).json

    now_ms = int(time.time() * 1000)
    assert sent("post", now_ms)[DETAIL]["cause"] == "method-lower-case"
    assert sent("POST", now_ms // 1000)[DETAIL]["cause"] == "seconds"
    assert (the_last(simulator).cause, the_last(simulator).out_trade_no) == ("seconds", NUMBER)


def test_the_envelope_says_why_by_the_key_of_its_own_endpoint(
    envelope: EnvelopeSide, simulator: Simulator
) -> None:
    identity = envelope.side.identity
    fields = envelope.message(outTradeNo=NUMBER, paymentMethod="wechat", extraParams={"a": 1})
    by_app = {**fields, SIGNATURE: envelope_signing.sign_rsa2(identity.alipay.app_key, fields)}
    answer = envelope.send(QUERY_ENVELOPE, by_app)
    assert (answer.status, answer.json["detail"][DETAIL]["cause"]) == (401, "wrong-key")
    assert envelope.genuine(answer)
    text = envelope_signing.canonical(fields).replace("[object Object]", '{"a":1}')
    as_json = {**fields, SIGNATURE: sign(identity.mcp.private_key, text.encode())}
    assert envelope.send(QUERY_ENVELOPE, as_json).json["detail"][DETAIL]["cause"] == "objects-as-json"
    assert (the_last(simulator).cause, the_last(simulator).out_trade_no) == ("objects-as-json", NUMBER)
    assert "detail" not in envelope.send(QUERY_ENVELOPE, {**fields, "version": "9"}).json


def test_the_trail_of_an_order_tells_of_what_was_refused(
    merchant: MerchantSide, simulator: Simulator
) -> None:
    merchant.create()
    target = f"{QUERY}{merchant.identity.mchid}"
    signed(merchant, target, path_and_query="/v3")
    bearer = f"Bearer {simulator.identity.levers_token}".encode()
    headers = [(b"host", b"127.0.0.1"), (b"authorization", bearer)]

    def pulled(path: str) -> Any:
        return merchant.send("GET", f"/_golive/{path}", b"", headers).json

    events = pulled(f"orders/{NUMBER}")["events"]
    assert [each["kind"] for each in events] == ["created", "signature-refused"]
    assert events[1]["detail"]["cause"] == ""
    assert events[1]["detail"]["zh"].startswith("原因不明")
    signed(merchant, target, method="GET", path_and_query=target.partition("?")[0])
    told = pulled("refused-signatures?last=1")["refused"]
    assert [each["cause"] for each in told] == ["query-left-out"]
    assert pulled("refused-signatures?last=0")["reason"] == "invalid"


def test_a_flood_is_neither_kept_nor_looked_into(merchant: MerchantSide) -> None:
    """Ten a second are looked into, the newest 200 are kept, and what is large is not."""
    looked_into: list[int] = []
    refused = RefusedSignatures(tells=True, hear=lambda each, unheard: looked_into.append(unheard))
    owners = [merchant.simulator.accounts.merchants[merchant.identity.mchid]]
    text = request_message("POST", "/v3/x", str(int(time.time())), "N", b"x")
    header = replace(merchant.signer, private_key=STRANGER).authorization("POST", "/v3/x", text)

    def bad(body: bytes) -> RefusedRequest:
        message = Message(headers=(("Authorization", header),), body=body, method="POST", target="/v3/x")
        return RefusedRequest(message, "apiv3", "401", owners, about=lambda: str(len(body)))

    begun = time.monotonic()
    told = [refused.note(bad(b"x" * 1024)) for _ in range(5_000)]
    took = time.monotonic() - begun
    assert len(looked_into) <= 10 * (1 + took) + 1
    assert sum(each is not None and each["en"] == NOT_LOOKED_INTO.en for each in told) == 5_000 - len(
        looked_into
    )
    assert len(refused.newest(MOST_KEPT * 2)) == MOST_KEPT
    refused.note(bad(b"x" * (LARGEST_BODY + 1)))
    large = refused.newest(1)[0]
    assert large.message.body == b""
    assert large.out_trade_no is None  # whoever tells the number holds the body
    assert [fact.en for fact in large.diagnosis.certain] == [
        f"its body of {LARGEST_BODY + 1} bytes was too large to be kept"
    ]
    for _ in range(40):
        refused.note(bad(b"x" * LARGEST_BODY))
    assert sum(len(each.message.body) for each in refused.newest(MOST_KEPT)) <= MOST_BYTES_KEPT


def test_nobody_is_told_anything_unless_the_simulator_is_told_to(identity: Identity) -> None:
    simulator = Simulator(identity=identity, experience=False)
    side = MerchantSide(simulator)
    with side.runner:
        answer = signed(side, f"{QUERY}{identity.mchid}", path_and_query="/v3")
    assert set(answer.json["detail"]) == {"detail", "field", "location", "sign_information"}
    assert the_last(simulator).state == "unknown"
