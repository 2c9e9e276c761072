"""The platform's certificates and its own self-test."""

from __future__ import annotations

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1

from harness.core.errors import SignatureInvalid
from harness.signing.wechat_v3 import decrypt_resource
from harness.simulator.account.identity import new_identity
from harness.simulator.server import Simulator
from tests.simulator.merchant_side import NOTIFY_URL, MerchantSide

ECHO = "/v3/security/echo"
PADDING = OAEP(mgf=MGF1(SHA1()), algorithm=SHA1(), label=None)  # noqa: S303


def seal(key: RSAPublicKey, text: str) -> str:
    return base64.b64encode(key.encrypt(text.encode(), PADDING)).decode()


def test_certificates_open_with_the_apiv3_key_and_are_real(merchant: MerchantSide) -> None:
    identity = merchant.simulator.identity
    answer = merchant.send("GET", "/v3/certificates")
    merchant.verify(answer)
    entries = answer.json["data"]
    assert [entry["serial_no"] for entry in entries] == [one.serial for one in identity.certificates]
    for entry, known in zip(entries, identity.certificates, strict=True):
        sealed = entry["encrypt_certificate"]
        assert (sealed["algorithm"], sealed["associated_data"], len(sealed["nonce"])) == (
            "AEAD_AES_256_GCM",
            "certificate",
            12,
        )
        certificate = x509.load_pem_x509_certificate(decrypt_resource(identity.apiv3_key, sealed))
        assert f"{certificate.serial_number:040X}" == entry["serial_no"]
        assert len(entry["serial_no"]) == 40
        key = certificate.public_key()
        assert isinstance(key, RSAPublicKey)
        assert key.public_numbers() == known.private_key.public_key().public_numbers()
        assert certificate.not_valid_before_utc == known.effective
        assert entry["effective_time"].endswith("+08:00")
        assert entry["effective_time"] < entry["expire_time"]


def test_certificates_do_not_open_with_another_key(merchant: MerchantSide) -> None:
    sealed = merchant.send("GET", "/v3/certificates").json["data"][0]["encrypt_certificate"]
    with pytest.raises(SignatureInvalid):
        decrypt_resource("0" * 32, sealed)


def test_outside_a_rotation_there_is_one_certificate() -> None:
    side = MerchantSide(Simulator(identity=new_identity()))
    with side.runner:
        assert len(side.send("GET", "/v3/certificates").json["data"]) == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?algorithm_type=RSA", 200),
        ("?algorithm_type=ALL", 200),
        ("?algorithm_type=SM2", 404),
        ("?algorithm_type=DSA", 400),
    ],
)
def test_certificates_by_algorithm(merchant: MerchantSide, query: str, status: int) -> None:
    assert merchant.send("GET", f"/v3/certificates{query}").status == status


def test_echo_says_what_it_was_told(merchant: MerchantSide) -> None:
    answer = merchant.post(ECHO, {"echo_message": "你好"})
    assert answer.json == {"echo_message": "你好"}
    merchant.verify(answer)


@pytest.mark.parametrize("mode", ["public key", "certificate"])
def test_echo_opens_what_was_sealed_for_it_and_seals_its_answer(merchant: MerchantSide, mode: str) -> None:
    identity = merchant.simulator.identity
    serial = identity.public_key_id if mode == "public key" else identity.certificate.serial
    key = identity.private_key(serial)
    assert key is not None
    body = b'{"echo_message":"x","encrypted_echo_message":"%s"}' % seal(key.public_key(), "秘密").encode()
    headers = merchant.headers("POST", ECHO, body, wechatpay_serial=serial)
    answer = merchant.send("POST", ECHO, body, headers)
    sealed = base64.b64decode(answer.json["encrypted_echo_message"])
    assert identity.merchant_key.decrypt(sealed, PADDING).decode() == "秘密"


@pytest.mark.parametrize("sealed", ["not base64!", "AAAA", ""])
def test_echo_refuses_what_it_cannot_open(merchant: MerchantSide, sealed: str) -> None:
    identity = merchant.simulator.identity
    foreign = seal(identity.certificate.private_key.public_key(), "for the certificate, not the public key")
    answer = merchant.post(ECHO, {"echo_message": "x", "encrypted_echo_message": sealed or foreign})
    assert (answer.status, answer.code) == (400, "PARAM_ERROR")


def test_echo_takes_256_characters(merchant: MerchantSide) -> None:
    assert merchant.post(ECHO, {"echo_message": "茶" * 256}).status == 200
    answer = merchant.post(ECHO, {"echo_message": "茶" * 257})
    assert answer.json["detail"] == {"location": "body", "value": 257}


def test_echo_wants_to_know_which_platform_key_is_meant(merchant: MerchantSide) -> None:
    body = b'{"echo_message":"x"}'
    headers = merchant.headers("POST", ECHO, body, without=["wechatpay-serial"])
    answer = merchant.send("POST", ECHO, body, headers)
    assert answer.json["message"] == "HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)"


@pytest.mark.parametrize(
    "body", [{}, {"echo_message": ""}, {"echo_message": 1}, {"echo_message": "x", "y": 1}]
)
def test_echo_refuses_what_it_does_not_know(merchant: MerchantSide, body: dict[str, object]) -> None:
    assert merchant.post(ECHO, body).code == "PARAM_ERROR"


def test_echo_takes_only_a_notify_url_that_it_could_call(merchant: MerchantSide) -> None:
    assert merchant.post(ECHO, {"echo_message": "x", "notify_url": "ftp://x/y"}).code == "PARAM_ERROR"
    assert merchant.post(ECHO, {"echo_message": "x", "notify_url": NOTIFY_URL}).status == 200
