"""CFG-03: keys load in every shape merchants keep them in, and none stands in another's place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from harness.settings import ConfigurationReport, EnvFile, check
from harness.signing import keys

Environment = Callable[..., dict[str, str]]
Judge = Callable[..., ConfigurationReport]

PRIVATE = ("WECHAT_MCP_PRIVATE_KEY", "WECHAT_PAY_PRIVATE_KEY")
PUBLIC = ("WECHAT_MCP_PUBLIC_KEY", "WECHAT_PAY_PUBLIC_KEY")


def shapes(text: str, armour: str) -> list[str]:
    """Bare base64 as PEM, and as PEM with literal line ends."""
    body = "\n".join(text[i : i + 64] for i in range(0, len(text), 64))
    pem = f"-----BEGIN {armour}-----\n{body}\n-----END {armour}-----"
    return [text, pem, pem.replace("\n", "\\n")]


def test_pem_literal_line_ends_bare_base64_and_files_all_read(
    environment: Environment, key_texts: Any, tmp_path: Path
) -> None:
    private, public = shapes(key_texts.merchant, "PRIVATE KEY"), shapes(key_texts.platform, "PUBLIC KEY")
    (tmp_path / "apiclient_key.pem").write_text(private[1])
    (tmp_path / "apiclient_key.pem").chmod(0o600)
    (tmp_path / "pub_key.pem").write_text(public[1])
    private += ["apiclient_key.pem", str(tmp_path / "apiclient_key.pem")]
    public += ["pub_key.pem", str(tmp_path / "pub_key.pem")]
    for one, other in zip(private, public, strict=True):
        values = environment("production", WECHAT_PAY_PRIVATE_KEY=one, WECHAT_PAY_PUBLIC_KEY=other)
        text = "\n".join(f'{name}="{value}"' for name, value in values.items())
        report = check(EnvFile.parse(text, "memory", folder=tmp_path), target="production")
        assert report.clean
        assert report.judged["CFG-03"] == 4


@pytest.mark.parametrize(
    ("private", "own"),
    [("WECHAT_MCP_PRIVATE_KEY", "mcp_public"), ("WECHAT_PAY_PRIVATE_KEY", "merchant_public")],
)
def test_our_own_public_half_in_the_platforms_place_is_caught(
    judge: Judge, key_texts: Any, private: str, own: str
) -> None:
    public = private.replace("PRIVATE", "PUBLIC")
    (found,) = judge("production", **{public: getattr(key_texts, own)}).of("CFG-03")
    assert found.variable == public
    assert private in found.problem
    assert found.blocks


def test_a_short_key_is_refused_with_its_size(judge: Judge) -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - meant to be short
    report = judge(
        "production",
        WECHAT_PAY_PRIVATE_KEY=keys.bare_private(short),
        WECHAT_MCP_PUBLIC_KEY=keys.bare_public(short.public_key()),
    )
    assert [(f.variable, "1024" in f.problem) for f in report.of("CFG-03")] == [
        ("WECHAT_MCP_PUBLIC_KEY", True),
        ("WECHAT_PAY_PRIVATE_KEY", True),
    ]


def elliptic() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def locked() -> str:
    return (
        keys.generate()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"passphrase"),
        )
        .decode()
    )


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (elliptic(), "does not parse as an RSA private key"),
        (locked(), "locked with a passphrase"),
        (shapes("MFkwEwYHKoZIzj0CAQ", "PUBLIC KEY")[1], "not of a private key"),
        ("-----BEGIN PRIVATE KEY-----", "breaks off"),
        ("/no/such/apiclient_key.pem", "looks like a path"),
        ("~nobody-at-all/apiclient_key.pem", "looks like a path"),
        ("b2theS1sb29raW5nLWJhc2U2NA", "does not parse as an RSA private key"),
    ],
)
@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_key_that_does_not_load_is_told_apart(
    judge: Judge, name: str, value: str, problem: str
) -> None:
    (found,) = judge("production", **{name: value}).of("CFG-03")
    assert found.variable == name
    assert problem in found.problem
    assert value not in found.problem + found.fix


@pytest.mark.parametrize("name", PUBLIC)
def test_a_private_key_in_a_public_place_is_caught_and_not_shown(
    judge: Judge, key_texts: Any, name: str
) -> None:
    (found,) = judge("production", **{name: shapes(key_texts.mcp, "PRIVATE KEY")[1]}).of("CFG-03")
    assert "not of a public key" in found.problem
    assert key_texts.mcp[:40] not in str(found)


def test_keys_that_are_not_there_yet_are_not_judged(judge: Judge) -> None:
    names = (*PRIVATE, *PUBLIC)
    report = judge("production", **dict.fromkeys(names, "[您的密钥]"))
    assert report.judged["CFG-03"] == 0
    assert report.of("CFG-03") == ()


def pem(key_texts: Any) -> str:
    return shapes(key_texts.merchant, "PRIVATE KEY")[1]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda text: text.replace("\n", " "), "blanks stand for line ends"),
        (lambda text: text.replace("\n", "\t"), "tabs"),
        (lambda text: text.replace("\n", "\n  "), "indent it"),
        (lambda text: text.replace("\n", "\n\t"), "tabs"),
        (lambda text: f'"{text}"', "quotes stayed"),
        (lambda text: f"'{text}'", "quotes stayed"),
        (lambda text: " " + text, "lines of their own"),
        (lambda text: text.replace("\n", "\\r\\n"), "a backslash stays"),
    ],
    ids=[
        "blanks",
        "tabs",
        "indented",
        "indented-by-tabs",
        "quotes",
        "single-quotes",
        "blank-first",
        "literal-cr",
    ],
)
@pytest.mark.parametrize("name", ["WECHAT_PAY_PRIVATE_KEY", "WECHAT_PAY_PUBLIC_KEY"])
def test_a_pem_that_only_we_can_read_is_told_with_what_node_refuses(
    judge: Judge, key_texts: Any, name: str, spoil: Callable[[str], str], why: str
) -> None:
    whole = pem(key_texts) if "PRIVATE" in name else shapes(key_texts.platform, "PUBLIC KEY")[1]
    found = [
        each for each in judge("production", **{name: spoil(whole)}).of("CFG-03") if each.variable == name
    ]
    assert [(why in each.problem, "Node refuse" in each.problem, each.blocks) for each in found] == [
        (True, True, False)
    ]


def test_a_pem_with_doubled_backslashes_is_a_finding(judge: Judge, key_texts: Any) -> None:
    doubled = pem(key_texts).replace("\n", "\\\\n")
    assert [each.variable for each in judge("production", WECHAT_PAY_PRIVATE_KEY=doubled).of("CFG-03")] == [
        "WECHAT_PAY_PRIVATE_KEY"
    ]


@pytest.mark.parametrize(
    "write",
    [
        lambda text: text,
        lambda text: text + "\n",
        lambda text: "\n" + text,
        lambda text: text.replace("\n", "\\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "  \n"),
        lambda text: "Bag Attributes\n" + text,
    ],
    ids=["lf", "end", "first", "literal", "crlf", "trailing-blanks", "head"],
)
def test_a_pem_that_openssl_reads_is_no_finding(
    judge: Judge, key_texts: Any, write: Callable[[str], str]
) -> None:
    assert judge("production", WECHAT_PAY_PRIVATE_KEY=write(pem(key_texts))).of("CFG-03") == ()
