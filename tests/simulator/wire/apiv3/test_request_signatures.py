"""The wire truly verifies signatures: whatever part of a request changes after signing, it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harness.core.payment import Product
from harness.signing import keys
from harness.signing.wechat_v3 import RequestSigner, request_message
from tests.simulator.merchant_side import NUMBER, TRANSACTIONS, MerchantSide

NATIVE = f"{TRANSACTIONS}/native"


def flipped(data: bytes, position: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


def refused_as_wrong(merchant: MerchantSide, body: bytes, authorization: str) -> bool:
    headers = merchant.headers("POST", NATIVE, body, authorization=authorization)
    answer = merchant.send("POST", NATIVE, body, headers)
    return (answer.status, answer.code) == (401, "SIGN_ERROR") and not answer.signed


def test_every_single_changed_byte_of_a_body_breaks_the_signature(merchant: MerchantSide) -> None:
    body = json.dumps(merchant.order()).encode()
    authorization = merchant.signer.authorization("POST", NATIVE, body)
    for position in range(len(body)):
        assert refused_as_wrong(merchant, flipped(body, position), authorization), position
    assert merchant.simulator.account.orders() == []


def test_of_many_requests_at_once_each_is_judged_by_its_own_signature(merchant: MerchantSide) -> None:
    requests, changed, wanted = [], range(0, 40, 3), list[str]()
    for number in range(40):
        name = f"{NUMBER}-{number}"
        body = json.dumps(merchant.order() | {"out_trade_no": name}).encode()
        headers = merchant.headers("POST", NATIVE, body)
        if number in changed:
            body = body.replace(b"-", b"_", 1)
        else:
            wanted.append(name)
        requests.append((body, headers))
    answers = merchant.send_at_once("POST", NATIVE, requests)
    assert [number for number, answer in enumerate(answers) if answer.status == 401] == list(changed)
    assert sorted(merchant.simulator.account.orders()) == sorted(wanted)
    handed_out = [answer.json["code_url"] for answer in answers if answer.status == 200]
    assert len(set(handed_out)) == len(wanted)
    for answer in answers:
        if answer.status == 200:
            merchant.verify(answer)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body + b" ",
        lambda body: body + b"\n",
        lambda body: body[:-1],
        lambda body: b"",
        lambda body: json.dumps(json.loads(body), separators=(",", ":")).encode(),
    ],
    ids=["blank added", "newline added", "cut", "emptied", "re-serialised"],
)
def test_a_body_that_means_the_same_but_reads_differently_is_refused(
    merchant: MerchantSide, change: Callable[[bytes], bytes]
) -> None:
    body = json.dumps(merchant.order()).encode()
    authorization = merchant.signer.authorization("POST", NATIVE, body)
    assert refused_as_wrong(merchant, change(body), authorization)


def test_a_signature_for_another_method_path_query_timestamp_or_nonce_is_refused(
    merchant: MerchantSide,
) -> None:
    body = json.dumps(merchant.order()).encode()
    signer = merchant.signer
    authorization = signer.authorization("POST", NATIVE, body, nonce="A" * 32)
    timestamp = authorization.partition('timestamp="')[2][:10]
    changed = [
        signer.authorization("GET", NATIVE, body),
        signer.authorization("post", NATIVE, body),
        signer.authorization("POST", f"{TRANSACTIONS}/jsapi", body),
        signer.authorization("POST", f"{NATIVE}?x=1", body),
        authorization.replace("A" * 32, "A" * 31 + "B"),
        authorization.replace(f'timestamp="{timestamp}"', f'timestamp="{int(timestamp) - 1}"'),
    ]
    assert all(refused_as_wrong(merchant, body, one) for one in changed)
    assert not refused_as_wrong(merchant, body, authorization)


def test_every_changed_character_class_of_a_signature_is_refused(merchant: MerchantSide) -> None:
    body = json.dumps(merchant.order()).encode()
    authorization = merchant.signer.authorization("POST", NATIVE, body)
    signature = authorization.partition('signature="')[2].partition('"')[0]
    middle = len(signature) // 2
    other = "B" if signature[middle] == "A" else "A"
    bent = [
        ("B" if signature[0] == "A" else "A") + signature[1:],
        signature[:middle] + other + signature[middle + 1 :],
        signature[:-4] + ("AQ==" if signature.endswith("AA==") else "AA=="),
        signature[:-1],
        signature + "=",
        signature[: len(signature) // 2],
        "WECHATPAY/SIGNTEST/" + signature[19:],
        "not base64!",
        "AAAA",
    ]
    assert all(refused_as_wrong(merchant, body, authorization.replace(signature, one)) for one in bent)


def test_the_key_of_somebody_else_is_refused(merchant: MerchantSide) -> None:
    body = json.dumps(merchant.order()).encode()
    stranger = RequestSigner(merchant.signer.mchid, merchant.signer.serial_no, keys.generate())
    assert refused_as_wrong(merchant, body, stranger.authorization("POST", NATIVE, body))


def test_the_query_string_is_part_of_what_is_signed(merchant: MerchantSide) -> None:
    merchant.create()
    target = f"{TRANSACTIONS}/out-trade-no/{NUMBER}?mchid={merchant.signer.mchid}"
    forgotten = merchant.signer.authorization("GET", target.partition("?")[0], b"")
    answer = merchant.send(
        "GET", target, headers=merchant.headers("GET", target, b"", authorization=forgotten)
    )
    assert answer.status == 401
    assert merchant.send("GET", target).status == 200


def test_a_number_with_a_bar_is_signed_as_it_goes_on_the_wire(merchant: MerchantSide) -> None:
    merchant.create(out_trade_no="a|b*c_d-e")
    assert merchant.query("a|b*c_d-e").status == 200


def test_a_repeated_authorization_header_is_refused(merchant: MerchantSide) -> None:
    body = json.dumps(merchant.order(Product.NATIVE)).encode()
    headers = merchant.headers("POST", NATIVE, body)
    doubled = [*headers, next(pair for pair in headers if pair[0] == b"authorization")]
    assert merchant.send("POST", NATIVE, body, doubled).code == "SIGN_ERROR"


def test_a_wrong_signature_is_explained_with_what_the_platform_signed(merchant: MerchantSide) -> None:
    body = json.dumps(merchant.order()).encode()
    header = merchant.signer.authorization("POST", NATIVE, b"{}", nonce="N" * 32)
    answer = merchant.send("POST", NATIVE, body, merchant.headers("POST", NATIVE, body, authorization=header))
    timestamp = header.partition('timestamp="')[2][:10]
    assert answer.json["detail"] == {
        "detail": {"issue": "sign not match"},
        "field": "signature",
        "location": "authorization",
        "sign_information": {
            "method": "POST",
            "url": NATIVE,
            "truncated_sign_message": f"POST\n{NATIVE}\n{timestamp}\n{'N' * 32}\n" + '{"appid"\n',
            "sign_message_length": len(request_message("POST", NATIVE, timestamp, "N" * 32, body)),
        },
    }
