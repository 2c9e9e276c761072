"""A callback made by Node's crypto alone verifies and opens here, and ours is signed to the same bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.callbacks.apiv3.genuine import compose, payment_resource, signed
from harness.callbacks.apiv3.header_lines import SIGNATURE
from harness.callbacks.callback import Issuer, compact
from harness.core.errors import SignatureInvalid
from harness.core.money import Fen
from harness.signing.keys import load_private_key, load_public_key
from harness.signing.wechat_v3 import Verifier, decrypt_resource

VECTOR: dict[str, Any] = json.loads((Path(__file__).parent / "vectors/callback.json").read_text("utf-8"))
BODY: bytes = VECTOR["body"].encode()
HEADERS: dict[str, str] = VECTOR["headers"]
MOMENT = datetime.fromtimestamp(int(HEADERS["Wechatpay-Timestamp"]), UTC)
KEY = load_private_key(VECTOR["private_key"])
ISSUER = Issuer(VECTOR["serial"], KEY, VECTOR["apiv3_key"], KEY)
VERIFIER = Verifier({VECTOR["serial"]: load_public_key(VECTOR["public_key"])})


def test_it_verifies_at_its_moment_and_not_a_day_later() -> None:
    VERIFIER.verify(HEADERS.items(), BODY, now=MOMENT)
    with pytest.raises(SignatureInvalid):
        VERIFIER.verify(HEADERS.items(), BODY, now=MOMENT + timedelta(days=1))


def test_it_opens_to_what_node_sealed() -> None:
    assert decrypt_resource(VECTOR["apiv3_key"], json.loads(BODY)["resource"]).decode() == VECTOR["plaintext"]


def test_we_sign_the_same_body_to_the_same_signature() -> None:
    ours = signed(ISSUER, BODY, timestamp=int(MOMENT.timestamp()), nonce=HEADERS["Wechatpay-Nonce"])
    assert dict(ours.headers)[SIGNATURE] == HEADERS[SIGNATURE]
    assert HEADERS.items() <= dict(ours.headers).items()


def test_our_json_is_written_like_nodes() -> None:
    assert compact(json.loads(BODY)) == BODY
    assert compact(json.loads(VECTOR["plaintext"])).decode() == VECTOR["plaintext"]


def test_our_envelope_and_payment_have_the_same_members() -> None:
    theirs = json.loads(BODY)
    ours = json.loads(compose(ISSUER, json.loads(VECTOR["plaintext"]), notification_id=theirs["id"]))
    assert list(ours) == list(theirs)
    assert list(ours["resource"]) == list(theirs["resource"])
    paid = json.loads(VECTOR["plaintext"])
    resource = payment_resource(
        mchid=paid["mchid"],
        appid=paid["appid"],
        out_trade_no=paid["out_trade_no"],
        transaction_id=paid["transaction_id"],
        total=Fen(1990),
        payer_total=Fen(1490),
        openid=paid["payer"]["openid"],
        success_time=datetime.fromisoformat(paid["success_time"]),
        attach=paid["attach"],
    )
    assert {name: value for name, value in resource.items() if name != "promotion_detail"} == paid
