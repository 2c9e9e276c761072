"""Keys are read in every shape people keep them, and an unreadable one is explained without being shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from harness.errors import ConfigurationError
from harness.signing.keys import (
    bare_private,
    bare_public,
    generate,
    load_private_key,
    load_public_key,
    private_pem,
    public_pem,
    same_pair,
)

KEY = generate()
PKCS1 = json.loads((Path(__file__).parent / "vectors/wechat_v3.json").read_text("utf-8"))["private_key_pkcs1"]


def certificate_pem() -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "1900000001")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=1825))
        .sign(KEY, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


PRIVATE_SHAPES = {
    "PEM": private_pem(KEY),
    "PEM with literal newlines": private_pem(KEY).replace("\n", "\\n"),
    "PEM with CRLF": private_pem(KEY).replace("\n", "\r\n"),
    "PEM after other lines": "Bag Attributes\n" + private_pem(KEY),
    "bare base64": bare_private(KEY),
    "bare base64 with blanks": f"  {bare_private(KEY)}\n",
}
PUBLIC_SHAPES = {
    "PEM": public_pem(KEY.public_key()),
    "PEM with literal newlines": public_pem(KEY.public_key()).replace("\n", "\\n"),
    "bare base64": bare_public(KEY.public_key()),
    "certificate": certificate_pem(),
}


@pytest.mark.parametrize("shape", PRIVATE_SHAPES)
def test_a_private_key_is_read_from(shape: str) -> None:
    assert same_pair(load_private_key(PRIVATE_SHAPES[shape]), KEY.public_key())


@pytest.mark.parametrize("shape", PUBLIC_SHAPES)
def test_a_public_key_is_read_from(shape: str) -> None:
    assert same_pair(KEY, load_public_key(PUBLIC_SHAPES[shape]))


@pytest.mark.parametrize("shape", PRIVATE_SHAPES)
def test_a_file_is_read_like_its_content(shape: str, tmp_path: Path) -> None:
    file = tmp_path / "apiclient_key.pem"
    file.write_text(PRIVATE_SHAPES[shape])
    assert same_pair(load_private_key(str(file)), KEY.public_key())


def test_the_older_pkcs1_form_is_read() -> None:
    assert load_private_key(PKCS1).key_size == 2048


def test_keys_of_two_pairs_are_told_apart() -> None:
    assert not same_pair(generate(), KEY.public_key())


def encrypted_pem() -> str:
    return KEY.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"words"),
    ).decode()


def elliptic_pem() -> str:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        .decode()
    )


@pytest.mark.parametrize(
    "source",
    [
        "",
        "   ",
        "[从微信商户平台获取的MCP_PRIVATE_KEY]",
        "/nowhere/apiclient_key.pem",
        bare_private(KEY)[:-40],
        public_pem(KEY.public_key()),
        certificate_pem(),
        encrypted_pem(),
        elliptic_pem(),
        "a" * 5000,
        "\x00",
        "~nobody-of-this-name/apiclient_key.pem",
    ],
)
def test_what_is_no_private_key_is_refused_by_name_and_never_repeated(source: str) -> None:
    with pytest.raises(ConfigurationError, match="WECHAT_PAY_PRIVATE_KEY") as caught:
        load_private_key(source, name="WECHAT_PAY_PRIVATE_KEY")
    assert len(source) < 20 or source[5:25] not in str(caught.value)


@pytest.mark.parametrize("source", ["", "garbage!", bare_private(KEY), private_pem(KEY), "AAAA"])
def test_what_is_no_public_key_is_refused_by_name(source: str) -> None:
    with pytest.raises(ConfigurationError, match="WECHAT_PAY_PUBLIC_KEY"):
        load_public_key(source, name="WECHAT_PAY_PUBLIC_KEY")


def test_a_file_larger_than_any_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "huge.pem"
    file.write_bytes(b"A" * 100_000)
    with pytest.raises(ConfigurationError, match="larger than any key"):
        load_private_key(str(file))
