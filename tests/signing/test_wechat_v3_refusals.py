"""What the signing room refuses: headers that are not whole, moments that are stale, bytes that differ."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import SignatureInvalid
from harness.signing.keys import generate
from harness.signing.wechat_v3 import (
    PROBE_PREFIX,
    WINDOW_S,
    MalformedAuthorization,
    RequestSigner,
    UnknownScheme,
    Verifier,
    decrypt_resource,
    encrypt_resource,
    parse_authorization,
    request_message,
    sign,
    signature_headers,
    verifies,
)

KEY = generate()
SERIAL = "PUB_KEY_ID_0116000000012026112300000001"
VERIFIER = Verifier({SERIAL: KEY.public_key()})
BODY = '{"id":"1","summary":"支付成功"}'.encode()
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
APIV3_KEY = "k" * 32


def headers(body: bytes = BODY, *, off_s: int = 0) -> dict[str, str]:
    return signature_headers(KEY, SERIAL, body, timestamp=int(NOW.timestamp()) + off_s)


def test_a_genuine_answer_is_accepted() -> None:
    VERIFIER.verify(headers().items(), BODY, now=NOW)


def test_header_names_are_compared_without_case() -> None:
    VERIFIER.verify([(name.lower(), value) for name, value in headers().items()], BODY, now=NOW)


def test_a_missing_signature_type_means_the_default() -> None:
    given_headers = headers()
    del given_headers["Wechatpay-Signature-Type"]
    VERIFIER.verify(given_headers.items(), BODY, now=NOW)


@pytest.mark.parametrize("off_s", [-300, 300])
def test_a_timestamp_at_the_edge_of_the_window_is_accepted(off_s: int) -> None:
    VERIFIER.verify(headers(off_s=off_s).items(), BODY, now=NOW)


@pytest.mark.parametrize("off_s", [-86_400, -301, 301, 86_400])
def test_a_timestamp_outside_the_window_is_refused(off_s: int) -> None:
    with pytest.raises(SignatureInvalid, match="300 s off"):
        VERIFIER.verify(headers(off_s=off_s).items(), BODY, now=NOW)


@pytest.mark.parametrize("moment", ["", " ", "1.5e9", "-1", "١٢٣", "9" * 40, "0x10"])
def test_a_timestamp_that_is_no_number_is_refused(moment: str) -> None:
    with pytest.raises(SignatureInvalid):
        VERIFIER.verify((headers() | {"Wechatpay-Timestamp": moment}).items(), BODY, now=NOW)


REQUIRED = ["Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial"]


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("kind", ["missing", "empty", "blank", "twice"])
def test_each_required_header_must_be_there_once(name: str, kind: str) -> None:
    pairs = [(key, value) for key, value in headers().items() if key != name]
    original = headers()[name]
    pairs += {"missing": [], "empty": [(name, "")], "blank": [(name, "  ")]}.get(kind, [(name, original)] * 2)
    with pytest.raises(SignatureInvalid):
        VERIFIER.verify(pairs, BODY, now=NOW)


def test_an_unknown_serial_is_refused() -> None:
    with pytest.raises(SignatureInvalid, match="Serial"):
        VERIFIER.verify((headers() | {"Wechatpay-Serial": "5157F09EFDC0"}).items(), BODY, now=NOW)


def test_another_signature_type_is_refused() -> None:
    other = headers() | {"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"}
    with pytest.raises(SignatureInvalid, match="Type"):
        VERIFIER.verify(other.items(), BODY, now=NOW)


def test_a_probe_signature_simply_fails() -> None:
    probe = PROBE_PREFIX + headers()["Wechatpay-Signature"][len(PROBE_PREFIX) :]
    with pytest.raises(SignatureInvalid):
        VERIFIER.verify((headers() | {"Wechatpay-Signature": probe}).items(), BODY, now=NOW)


@given(position=st.integers(0, len(BODY) - 1), flip=st.integers(1, 255))
def test_a_body_with_one_byte_changed_is_refused(position: int, flip: int) -> None:
    changed = BODY[:position] + bytes([BODY[position] ^ flip]) + BODY[position + 1 :]
    with pytest.raises(SignatureInvalid):
        VERIFIER.verify(headers().items(), changed, now=NOW)


@given(st.text())
def test_no_text_but_the_signature_itself_verifies(text: str) -> None:
    assert not verifies(KEY.public_key(), BODY, text)


@pytest.mark.parametrize("stray", ["!", "\n", " ", "-"])
def test_a_signature_with_a_character_that_is_not_base64_is_refused(stray: str) -> None:
    signature = sign(KEY, BODY)
    assert verifies(KEY.public_key(), BODY, signature)
    assert not verifies(KEY.public_key(), BODY, signature + stray)


@given(st.text(max_size=200))
def test_no_text_makes_the_authorization_parser_crash(text: str) -> None:
    with pytest.raises(MalformedAuthorization):
        parse_authorization(text)


def signed_request() -> str:
    return RequestSigner("1900000001", "4" * 40, KEY).authorization("GET", "/v3/certificates", b"")


def test_an_authorization_is_read_back_and_verifies() -> None:
    read = parse_authorization(signed_request())
    message = request_message("GET", "/v3/certificates", read.timestamp, read.nonce_str, b"")
    assert (read.mchid, read.serial_no) == ("1900000001", "4" * 40)
    assert verifies(KEY.public_key(), message, read.signature)


def test_members_of_an_authorization_may_come_in_any_order() -> None:
    scheme, _, rest = signed_request().partition(" ")
    turned = ",".join(reversed(rest.split(",")))
    assert parse_authorization(f"{scheme} {turned}") == parse_authorization(f"{scheme} {rest}")


SPOILED = {
    "blanks after commas": lambda text: text.replace(",", ", "),
    "two blanks after the scheme": lambda text: text.replace(" ", "  ", 1),
    "single quotes": lambda text: text.replace('"', "'"),
    "an unknown member": lambda text: text + ',extra="1"',
    "a member twice": lambda text: text + ',mchid="1900000001"',
    "one member only": lambda text: text.partition(",")[0],
}


@pytest.mark.parametrize("how", SPOILED)
def test_an_authorization_of_another_form_is_refused(how: str) -> None:
    with pytest.raises(MalformedAuthorization):
        parse_authorization(SPOILED[how](signed_request()))


def test_another_scheme_is_told_apart_and_named_in_part_only() -> None:
    with pytest.raises(UnknownScheme, match=r"^scheme 'Bearer' instead of WECHATPAY2-SHA256-RSA2048$"):
        parse_authorization("Bearer abc")
    with pytest.raises(UnknownScheme, match=rf"^scheme '{'B' * 40}' instead of"):
        parse_authorization("B" * 9000)


FORM = 'members are not name="value" separated by commas without blanks'
FIVE = "wants each of mchid, nonce_str, serial_no, signature, timestamp once"


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("blanks after commas", FORM),
        ("single quotes", FORM),
        ("an unknown member", FIVE),
        ("a member twice", FIVE),
        ("one member only", FIVE),
    ],
)
def test_an_authorization_of_another_form_is_told_which_form_is_wanted(how: str, why: str) -> None:
    with pytest.raises(MalformedAuthorization) as caught:
        parse_authorization(SPOILED[how](signed_request()))
    assert type(caught.value) is MalformedAuthorization
    assert str(caught.value) == why


def test_what_is_signed_now_carries_this_moment_and_a_nonce_of_its_own() -> None:
    one, other = parse_authorization(signed_request()), parse_authorization(signed_request())
    answer = signature_headers(KEY, SERIAL, BODY)
    for moment in (one.timestamp, answer["Wechatpay-Timestamp"]):
        assert abs(int(moment) - time.time()) < WINDOW_S
    assert one.nonce_str != other.nonce_str
    for nonce in (one.nonce_str, other.nonce_str, answer["Wechatpay-Nonce"]):
        assert re.fullmatch("[A-Z0-9]{32}", nonce)


def test_an_answer_signed_now_is_accepted_now() -> None:
    VERIFIER.verify(signature_headers(KEY, SERIAL, BODY).items(), BODY)


def test_headers_that_are_no_signature_are_passed_over() -> None:
    others = [("Content-Type", "application/json"), ("Request-ID", "1"), ("Request-ID", "2")]
    VERIFIER.verify([*others, *headers().items(), *others], BODY, now=NOW)


REFUSALS: dict[str, tuple[dict[str, str], str]] = {
    "a moment that is no number": (
        {"Wechatpay-Timestamp": "today"},
        "Wechatpay-Timestamp is not Unix seconds [signature] → refuse it",
    ),
    "a stale moment": (
        {"Wechatpay-Timestamp": "1"},
        "Wechatpay-Timestamp is more than 300 s off [signature] → check both clocks (NTP)",
    ),
    "an unknown serial": (
        {"Wechatpay-Serial": "5157F09EFDC0"},
        "Wechatpay-Serial names a key we do not hold [signature] → refresh the platform's keys",
    ),
    "another type": (
        {"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"},
        "Wechatpay-Signature-Type is not the one we speak [signature] → wants WECHATPAY2-SHA256-RSA2048",
    ),
    "another nonce": (
        {"Wechatpay-Nonce": "A" * 32},
        "Wechatpay-Signature does not hold over the received bytes [signature] → do not use the body",
    ),
    "an empty nonce": (
        {"Wechatpay-Nonce": ""},
        "Wechatpay-Nonce is missing or empty [signature] → an unsigned answer counts as forged",
    ),
    "a nonce twice": (
        {"WECHATPAY-NONCE": "A" * 32},
        "WECHATPAY-NONCE is given twice [signature] → refuse it: which one was signed is unknown",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_refused_answer_says_what_where_and_what_next(case: str) -> None:
    change, sentence = REFUSALS[case]
    with pytest.raises(SignatureInvalid) as caught:
        VERIFIER.verify((headers() | change).items(), BODY, now=NOW)
    assert str(caught.value) == sentence


def sealed() -> dict[str, object]:
    return {**encrypt_resource(APIV3_KEY, b"{}", associated_data="transaction")}


@pytest.mark.parametrize(
    "change",
    [
        {"algorithm": "AEAD_SM4_GCM"},
        {"nonce": "another12345"},
        {"nonce": ""},
        {"associated_data": "refund"},
        {"associated_data": None},
        {"ciphertext": "AAAA"},
        {"ciphertext": "not base64"},
        {"ciphertext": 7},
    ],
)
def test_a_resource_with_a_changed_member_does_not_open(change: dict[str, object]) -> None:
    with pytest.raises(SignatureInvalid):
        decrypt_resource(APIV3_KEY, sealed() | change)


CLOSED: dict[str, tuple[dict[str, object], str]] = {
    "another algorithm": (
        {"algorithm": "AEAD_SM4_GCM"},
        "resource.algorithm is not AEAD_AES_256_GCM [signature] → refuse it",
    ),
    "no text": (
        {"nonce": None},
        "resource wants text in ciphertext, nonce and associated_data [signature] → refuse it",
    ),
    "another tag": (
        {"ciphertext": "AAAA"},
        "resource does not open with our APIv3 key [signature] → compare the key with the portal",
    ),
}


@pytest.mark.parametrize("case", CLOSED)
def test_a_resource_that_does_not_open_says_what_where_and_what_next(case: str) -> None:
    change, sentence = CLOSED[case]
    with pytest.raises(SignatureInvalid) as caught:
        decrypt_resource(APIV3_KEY, sealed() | change)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("stray", ["!", "\n", " "])
def test_a_ciphertext_with_a_character_that_is_not_base64_does_not_open(stray: str) -> None:
    resource = sealed()
    with pytest.raises(SignatureInvalid):
        decrypt_resource(APIV3_KEY, resource | {"ciphertext": f"{resource['ciphertext']}{stray}"})


def test_a_resource_is_sealed_with_a_fresh_nonce_of_twelve_characters() -> None:
    one, other = sealed()["nonce"], sealed()["nonce"]
    assert one != other
    assert re.fullmatch("[A-Z0-9]{12}", str(one))


@pytest.mark.parametrize("key", ["j" * 32, "short", ""])
def test_another_key_does_not_open_a_resource(key: str) -> None:
    with pytest.raises(SignatureInvalid):
        decrypt_resource(key, sealed())


def test_an_absent_associated_data_opens_what_was_sealed_without() -> None:
    resource: dict[str, object] = {**encrypt_resource(APIV3_KEY, b"{}", associated_data="")}
    del resource["associated_data"]
    assert decrypt_resource(APIV3_KEY, resource) == b"{}"


def test_a_moved_clock_moves_the_window() -> None:
    with pytest.raises(SignatureInvalid):
        VERIFIER.verify(headers().items(), BODY, now=NOW + timedelta(seconds=301))
