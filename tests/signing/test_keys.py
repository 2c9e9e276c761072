"""Keys are read in every shape people keep them, and an unreadable one is explained without being shown."""

from __future__ import annotations

import base64
import errno
import json
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from harness.core.errors import ConfigurationError
from harness.signing import keys
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


PRIVATE_SHAPES: dict[str, Callable[[], str]] = {
    "PEM": lambda: private_pem(KEY),
    "PEM with literal newlines": lambda: private_pem(KEY).replace("\n", "\\n"),
    "PEM with literal CRLF": lambda: private_pem(KEY).replace("\n", "\\r\\n"),
    "PEM with CRLF": lambda: private_pem(KEY).replace("\n", "\r\n"),
    "PEM after other lines": lambda: "Bag Attributes\n" + private_pem(KEY),
    "PEM before its certificate": lambda: private_pem(KEY) + certificate_pem(),
    "bare base64": lambda: bare_private(KEY),
    "bare base64 with blanks": lambda: f"  {bare_private(KEY)}\n",
    "bare base64 in lines": lambda: textwrap.fill(bare_private(KEY), 64),
}
PUBLIC_SHAPES: dict[str, Callable[[], str]] = {
    "PEM": lambda: public_pem(KEY.public_key()),
    "PEM with literal newlines": lambda: public_pem(KEY.public_key()).replace("\n", "\\n"),
    "bare base64": lambda: bare_public(KEY.public_key()),
    "certificate": certificate_pem,
    "certificate in bare base64": lambda: "".join(certificate_pem().splitlines()[1:-1]),
}


@pytest.fixture(autouse=True)
def written_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests read, another process wrote."""
    monkeypatch.setattr(keys, "_MOST_WRITTEN", 0)
    keys._WRITTEN.clear()


def test_a_key_that_was_written_here_needs_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_MOST_WRITTEN", 2)
    assert load_private_key(private_pem(KEY)) is KEY
    assert load_private_key(bare_private(KEY)) is KEY
    first, _, _ = private_pem(KEY), bare_private(another := generate()), private_pem(another)
    assert load_private_key(first) is not KEY
    assert same_pair(load_private_key(first), KEY.public_key())


@pytest.mark.parametrize("shape", PRIVATE_SHAPES)
def test_a_private_key_is_read_from(shape: str) -> None:
    assert same_pair(load_private_key(PRIVATE_SHAPES[shape]()), KEY.public_key())


@pytest.mark.parametrize("shape", PUBLIC_SHAPES)
def test_a_public_key_is_read_from(shape: str) -> None:
    assert same_pair(KEY, load_public_key(PUBLIC_SHAPES[shape]()))


@pytest.mark.parametrize("shape", PRIVATE_SHAPES)
def test_a_file_is_read_like_its_content(shape: str, tmp_path: Path) -> None:
    file = tmp_path / "apiclient_key.pem"
    file.write_text(PRIVATE_SHAPES[shape]())
    assert same_pair(load_private_key(str(file)), KEY.public_key())


@pytest.mark.parametrize("shape", ["bare base64", "certificate in bare base64"])
def test_a_binary_file_is_read_as_the_der_it_is(shape: str, tmp_path: Path) -> None:
    file = tmp_path / "pub_key.der"
    file.write_bytes(base64.b64decode(PUBLIC_SHAPES[shape]()))
    assert same_pair(KEY, load_public_key(str(file)))


def test_a_file_in_the_home_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "apiclient_key.pem").write_text(private_pem(KEY))
    assert same_pair(load_private_key(" ~/apiclient_key.pem\n"), KEY.public_key())


def test_keys_are_written_as_the_platform_writes_them() -> None:
    assert private_pem(KEY).startswith("-----BEGIN PRIVATE KEY-----\n")
    assert public_pem(KEY.public_key()).startswith("-----BEGIN PUBLIC KEY-----\n")


def test_a_fresh_key_is_of_the_size_the_platform_issues() -> None:
    fresh = generate()
    assert (fresh.key_size, fresh.public_key().public_numbers().e) == (2048, 65537)


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


def said(load: Callable[..., object], source: str) -> str:
    """What a user reads when a key in the variable KEY cannot be used."""
    with pytest.raises(ConfigurationError) as caught:
        load(source, name="KEY")
    return str(caught.value)


PRIVATE_REFUSALS: dict[str, tuple[Callable[[], str], str, str]] = {
    "empty": (lambda: " ", "it is empty", "the key file from the merchant portal"),
    "a certificate": (
        certificate_pem,
        "it is a PEM block, but not of a private key",
        "apiclient_key.pem",
    ),
    "encrypted": (
        encrypted_pem,
        "it does not parse as an unencrypted RSA private key",
        "apiclient_key.pem",
    ),
    "a public key": (
        lambda: bare_public(KEY.public_key()),
        "it does not parse as an unencrypted RSA private key",
        "apiclient_key.pem",
    ),
    "a placeholder": (
        lambda: "[私钥]",
        "its 4 characters are neither PEM, base64 nor the path of a file",
        "the whole key, or the path of its file",
    ),
}
PUBLIC_REFUSALS: dict[str, tuple[Callable[[], str], str, str]] = {
    "a private key": (
        lambda: private_pem(KEY),
        "it is a PEM block, but not of a public key",
        "pub_key.pem",
    ),
    "other bytes": (
        lambda: "AAAA",
        "it does not parse as an RSA public key or certificate",
        "pub_key.pem",
    ),
}


@pytest.mark.parametrize("case", PRIVATE_REFUSALS)
def test_the_refusal_of_a_private_key_says_why_where_and_what_next(case: str) -> None:
    source, why, use = PRIVATE_REFUSALS[case]
    assert said(load_private_key, source()) == f"KEY cannot be used: {why} [KEY] → set it to {use}"


@pytest.mark.parametrize("case", PUBLIC_REFUSALS)
def test_the_refusal_of_a_public_key_says_why_where_and_what_next(case: str) -> None:
    source, why, use = PUBLIC_REFUSALS[case]
    assert said(load_public_key, source()) == f"KEY cannot be used: {why} [KEY] → set it to {use}"


def test_a_key_without_a_variable_is_called_what_it_is() -> None:
    with pytest.raises(ConfigurationError, match=r"^private key cannot be used"):
        load_private_key("")
    with pytest.raises(ConfigurationError, match=r"^public key cannot be used"):
        load_public_key("")


def test_a_file_larger_than_any_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "padded.pem"
    file.write_text(private_pem(KEY).ljust(64 * 1024))
    assert same_pair(load_private_key(str(file)), KEY.public_key())
    file.write_text(private_pem(KEY).ljust(64 * 1024 + 1))
    sentence = f"KEY cannot be used: the file {file} is larger than any key [KEY] → set it to the right file"
    assert said(load_private_key, str(file)) == sentence


def test_a_file_that_may_not_be_read_is_named_with_its_mode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    file = tmp_path / "apiclient_key.pem"
    file.touch()
    monkeypatch.setattr(Path, "read_bytes", refused)
    sentence = (
        f"KEY cannot be used: the file {file} cannot be read: Permission denied [KEY] → set it to mode 600"
    )
    assert said(load_private_key, str(file)) == sentence
