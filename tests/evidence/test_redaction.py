"""Redaction by typed field where a record is written, and by known text wherever it stands."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest

from harness.evidence.redaction import HIDDEN, Redactor, masked, variants

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
PLAIN = Redactor()


def test_of_an_authorization_only_the_signature_is_hidden() -> None:
    value = 'WECHATPAY2-SHA256-RSA2048 mchid="1900007291",signature="c2ln",timestamp="1",serial_no="S"'
    hidden = PLAIN.headers({"Authorization": value})["Authorization"]
    assert hidden == value.replace("c2ln", HIDDEN)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("authorization", "Bearer abcdef123456", f"Bearer {HIDDEN}"),
        ("Authorization", "abcdef123456", HIDDEN),
        ("Cookie", "session=1", HIDDEN),
        ("set-cookie", "session=1; HttpOnly", HIDDEN),
        ("X-Api-Key", "abc", HIDDEN),
        ("Wechatpay-Signature", "c2lnbmF0dXJl", "c2lnbmF0dXJl"),
        ("Wechatpay-Serial", "PUB_KEY_ID_1", "PUB_KEY_ID_1"),
        ("X-Merchant-Id", "1900007291", "1900007291"),
    ],
)
def test_headers_lose_credentials_and_keep_evidence(name: str, value: str, kept: str) -> None:
    assert PLAIN.headers({name: value}) == {name: kept}


@pytest.mark.parametrize(
    "name",
    [
        "api_key",
        "apiKey",
        "apiv3Key",
        "private_key",
        "privateKey",
        "token",
        "accessToken",
        "password",
        "secret",
    ],
)
def test_secret_members_are_hidden_at_any_depth(name: str) -> None:
    body = json.dumps({"list": [{"deep": {name: "abcdef123456"}}], "amount": 1990}).encode()
    assert json.loads(PLAIN.body(body)) == {"list": [{"deep": {name: HIDDEN}}], "amount": 1990}


@pytest.mark.parametrize("name", ["openid", "sub_openid", "buyerUserId", "phone", "id_card_number"])
def test_personal_members_are_masked(name: str) -> None:
    assert PLAIN.members({"payer": {name: OPENID}}) == {"payer": {name: "oUpF…S6o"}}


def test_a_short_personal_value_keeps_nothing() -> None:
    assert masked("13800138000") == "…"


def test_signatures_are_hidden_in_what_the_merchant_sends_and_kept_in_what_it_receives() -> None:
    body = b'{"outTradeNo":"A1","signature":"c2ln"}'
    assert json.loads(PLAIN.body(body, own=True))["signature"] == HIDDEN
    assert json.loads(PLAIN.body(body, own=False))["signature"] == "c2ln"


def test_a_body_without_secrets_is_kept_byte_for_byte() -> None:
    body = b'{ "b": 1,\n  "a": "\\u4e2d" }'
    assert PLAIN.body(body) == body.decode()


def test_forms_are_redacted_by_member() -> None:
    form = "name=%E4%B8%AD&password=abcdef123456"
    assert (
        PLAIN.body(form.encode(), "application/x-www-form-urlencoded") == f"name=%E4%B8%AD&password={HIDDEN}"
    )


def test_a_form_without_secrets_is_kept_as_it_is() -> None:
    assert PLAIN.body(b"a=1&b=%20", "application/x-www-form-urlencoded") == "a=1&b=%20"


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff\x00", b'"text"', b"[" * 100_000])
def test_any_body_is_survived(body: bytes) -> None:
    assert isinstance(PLAIN.body(body), str)


def test_an_address_loses_user_information_and_secret_query_members() -> None:
    url = f"https://user:pass@pay.example/v3/x?openid={OPENID}&token=abcdef123456&mchid=19"
    assert PLAIN.url(url) == f"https://pay.example/v3/x?openid=oUpF%E2%80%A6S6o&token={HIDDEN}&mchid=19"


def test_an_address_without_secrets_is_kept_as_it_is() -> None:
    url = "https://pay.example/v3/pay/transactions/out-trade-no/A1?mchid=19&x=%20"
    assert PLAIN.url(url) == url


def test_a_private_key_is_hidden_though_nobody_named_it() -> None:
    armour = "-----BEGIN {0}PRIVATE KEY-----\nMIIEvQ\n-----END {0}PRIVATE KEY-----"
    for kind in ("", "RSA ", "EC "):
        assert PLAIN.text(f"before {armour.format(kind)} after") == f"before {HIDDEN} after"


SECRET = 'p/w"wörd + line-of-some-length'


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        quote(SECRET, safe=""),
        b64encode(SECRET.encode()).decode(),
        json.dumps(SECRET)[1:-1].replace("/", "\\/"),
        quote_plus(SECRET, safe=""),
        re.sub("%..", lambda coded: coded[0].lower(), quote(SECRET, safe="")),
        html.escape(SECRET),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
    ],
    ids=[
        *("plain", "json ascii", "json", "percent", "base64"),
        *("json of PHP", "form", "percent in lower case", "html", "hex", "HEX"),
    ],
)
def test_a_known_secret_is_swept_in_every_spelling(spelling: str) -> None:
    assert Redactor([SECRET]).text(f"<{spelling}>") == f"<{HIDDEN}>"


def test_the_lines_of_a_key_are_secret_one_by_one() -> None:
    line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7"
    key = f"-----BEGIN PRIVATE KEY-----\n{line}\n-----END PRIVATE KEY-----\n"
    assert line in variants(key)
    assert Redactor([key]).text(f"log: {line}") == f"log: {HIDDEN}"
    slashed = line.replace("SCBK", "/+/+")
    echoed = json.dumps(key.replace(line, slashed)).replace("/", "\\/")
    assert slashed[:20] not in Redactor([key.replace(line, slashed)]).text(f"log: {echoed}")
    assert Redactor([key.replace(line, slashed)]).text(quote(slashed, safe="")) == HIDDEN


def test_a_secret_that_comes_to_be_known_later_is_hidden_from_then_on() -> None:
    redactor = Redactor(["first-secret"])
    redactor.hide(["second-secret"])
    assert redactor.text("first-secret second-secret") == f"{HIDDEN} {HIDDEN}"


def test_a_longer_secret_is_swept_before_one_it_contains() -> None:
    assert Redactor(["secret", "secret-longer"]).text("secret-longer") == HIDDEN


def test_texts_too_short_to_be_secret_are_left_alone() -> None:
    assert Redactor(["a", ""]).text("banana") == "banana"


def test_a_picture_is_left_as_it_is() -> None:
    picture = b"\x89PNG\r\n\x1a\n\xff\xfe" + SECRET.encode("latin-1")
    assert Redactor([SECRET]).data(picture) == picture


def test_a_secret_that_becomes_known_later_is_swept_from_then_on() -> None:
    redactor = Redactor(["first-secret"])
    assert redactor.text("first-secret, second-secret") == f"{HIDDEN}, second-secret"
    redactor.hide(["second-secret"])
    assert redactor.text("first-secret, second-secret") == f"{HIDDEN}, {HIDDEN}"


def test_of_two_secrets_that_overlap_the_longer_goes_as_a_whole() -> None:
    assert Redactor(["abcdef", "abcdef-and-more"]).text("abcdef-and-more, abcdef") == f"{HIDDEN}, {HIDDEN}"


def test_a_private_key_nobody_announced_is_hidden() -> None:
    pem = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"
    assert PLAIN.text(f"before {pem} after") == f"before {HIDDEN} after"


@pytest.mark.parametrize(
    ("shortened", "kept"),
    [
        ("'xxxtell-nobody-01...yyy'", "'xxx[redacted]...yyy'"),
        ("'xxx...body-0123456789abcdefyyy'", "'xxx...[redacted]yyy'"),
        ("tell-nobody...456789abcdef", "[redacted]...[redacted]"),
        ("tell-n...; tell-n...", "[redacted]...; [redacted]..."),
        ("tell-nobody... of it", "[redacted]... of it"),
        ("tell-nothing... of it", "tell-nothing... of it"),
        ("wait ... tell-n", "wait ... tell-n"),
    ],
)
def test_what_shortening_left_of_a_secret_is_hidden(shortened: str, kept: str) -> None:
    assert Redactor(["tell-nobody-0123456789abcdef"]).text(shortened) == kept
