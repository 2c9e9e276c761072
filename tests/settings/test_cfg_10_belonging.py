"""CFG-10: numbers, serials, keys and certificates are one merchant's, as far as files can say so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from harness.settings import ConfigurationReport, EnvFile, check
from harness.signing.keys import private_pem
from harness.simulator.account.identity import Identity, new_identity
from harness.simulator.account.merchant_certificate import merchant_certificate

Environment = Callable[..., dict[str, str]]
Judge = Callable[..., ConfigurationReport]


@pytest.fixture(scope="module")
def identity() -> Identity:
    return new_identity()


@pytest.fixture
def folder(tmp_path: Path, identity: Identity) -> Path:
    """A folder as the portal's download is unpacked."""
    (tmp_path / "apiclient_key.pem").write_text(private_pem(identity.merchant_key))
    pem = merchant_certificate(identity).public_bytes(serialization.Encoding.PEM)
    (tmp_path / "apiclient_cert.pem").write_bytes(pem)
    return tmp_path


def belonging(folder: Path, values: dict[str, str]) -> list[tuple[str, str, str]]:
    env = EnvFile.parse("\n".join(f"{name}={value}" for name, value in values.items()), ".env", folder=folder)
    return [(each.variable, each.problem, each.fix) for each in check(env, target="production").of("CFG-10")]


@pytest.fixture
def right(environment: Environment, identity: Identity) -> dict[str, str]:
    return environment(
        "production",
        WECHAT_PAY_PRIVATE_KEY="apiclient_key.pem",
        WECHAT_PAY_MCH_ID=identity.mchid,
        WECHAT_MCP_MERCHANT_ID=identity.mchid,
        WECHAT_PAY_CERT_SERIAL=identity.merchant_serial,
    )


def test_what_the_portal_hands_out_together_belongs_together(folder: Path, right: dict[str, str]) -> None:
    assert belonging(folder, right) == []


def test_another_serial_is_found_with_the_right_one(
    folder: Path, right: dict[str, str], identity: Identity
) -> None:
    ((variable, _, fix),) = belonging(folder, right | {"WECHAT_PAY_CERT_SERIAL": "4" * 40})
    assert (variable, fix) == ("WECHAT_PAY_CERT_SERIAL", f"write {identity.merchant_serial}")


def test_another_merchants_certificate_is_found(folder: Path, right: dict[str, str]) -> None:
    other = {"WECHAT_PAY_MCH_ID": "1900007291", "WECHAT_MCP_MERCHANT_ID": "1900007291"}
    ((variable, problem, _),) = belonging(folder, right | other)
    assert (variable, "was issued to" in problem) == ("WECHAT_PAY_MCH_ID", True)


def test_another_key_than_the_certificates_is_found(
    folder: Path, right: dict[str, str], identity: Identity
) -> None:
    (folder / "apiclient_key.pem").write_text(private_pem(identity.public_key_private))
    ((variable, problem, _),) = belonging(folder, right)
    assert (variable, "is not the key of" in problem) == ("WECHAT_PAY_PRIVATE_KEY", True)


def test_a_certificate_that_is_none_says_nothing(folder: Path, right: dict[str, str]) -> None:
    (folder / "apiclient_cert.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nbroken\n")
    assert belonging(folder, right) == []


@pytest.mark.parametrize(
    ("changes", "variable", "problem"),
    [
        ({"WECHAT_MCP_MERCHANT_ID": "1900007292"}, "WECHAT_MCP_MERCHANT_ID", "is another merchant"),
        ({"WECHAT_MCP_MERCHANT_ID": "mch-1"}, "WECHAT_MCP_MERCHANT_ID", "has the wrong shape"),
        ({"WECHAT_PAY_APP_ID": "gh_8888888888888"}, "WECHAT_PAY_APP_ID", "has the wrong shape"),
        (
            {"WECHAT_PAY_PUBLIC_KEY_ID": "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"},
            "WECHAT_PAY_CERT_SERIAL",
            "is the platform's serial",
        ),
    ],
)
def test_numbers_that_do_not_belong_are_found(
    judge_keyless: Judge, changes: dict[str, str], variable: str, problem: str
) -> None:
    found = judge_keyless("production", **changes).of("CFG-10")
    assert (variable, True) in [(each.variable, problem in each.problem) for each in found]


def test_the_serial_of_a_platform_certificate_is_its_own(judge: Judge, identity: Identity) -> None:
    other = "5" * 40
    (found,) = judge(
        "production", WECHAT_PAY_PUBLIC_KEY_ID=other, WECHAT_PAY_PUBLIC_KEY=identity.certificate.pem
    ).of("CFG-10")
    assert found.fix == f"write {identity.certificate.serial}"
