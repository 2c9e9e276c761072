"""CFG-01 to CFG-10 over Alipay: numbers, addresses, keys, certificates and editions, each bent alone."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from harness.core.findings import told_in
from harness.settings import ConfigurationReport, EnvFile, Settings, check
from harness.signing import keys
from harness.signing.alipay import certificate_sn, root_certificate_sn

Judge = Callable[..., ConfigurationReport]
Environment = Callable[..., dict[str, str]]
SANDBOX = "https://openapi-sandbox.dl.alipaydev.com/gateway.do"
REAL = "https://openapi.alipay.com/gateway.do"


def found(report: ConfigurationReport) -> list[tuple[str, str, str]]:
    for each in report.findings:
        assert told_in(each.problem, "zh") != each.problem
        assert told_in(each.fix, "zh") != each.fix
    others = [each for each in report.findings if each.control != "CFG-11"]  # a switch is on there, too
    return [(each.control, each.variable, each.problem) for each in others]


def test_complete_files_of_both_editions_are_clean(
    judge: Judge, alipay: dict[str, str], alipay_sandbox: dict[str, str]
) -> None:
    assert judge("production", **alipay).clean
    assert judge("experience", **alipay_sandbox).clean
    at_home = alipay_sandbox | {
        "ALIPAY_GATEWAY": "http://127.0.0.1:8765/alipay/gateway.do",
        "ALIPAY_NOTIFY_URL": "http://127.0.0.1:3000/api/alipay/notify",
        "ALIPAY_RETURN_URL": "http://127.0.0.1:3000/paid?from=web",
    }
    report = judge("simulator", **at_home)
    assert report.clean
    assert report.judged["CFG-03"] == 6


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("ALIPAY_APP_ID", "2021001161683774", "sample number"),
        ("ALIPAY_APP_ID", "2088999900000013", "a user number"),
        ("ALIPAY_APP_ID", "202100414455667", "15 characters"),
        ("ALIPAY_APP_ID", "wx8888888888888888", "has the wrong shape"),
        ("ALIPAY_SELLER_ID", "2021004144556677", "has the wrong shape"),
        ("ALIPAY_SELLER_ID", "shop@example.com", "has the wrong shape"),
    ],
)
def test_a_number_of_another_shape_and_a_sample_are_refused(
    judge: Judge, alipay: dict[str, str], name: str, value: str, problem: str
) -> None:
    ((control, variable, said),) = found(judge("production", **(alipay | {name: value})))
    assert (control, variable) == ("CFG-10", name)
    assert problem in said
    assert value not in said


@pytest.mark.parametrize(
    ("target", "changes", "variable", "problem"),
    [
        ("production", {"ALIPAY_GATEWAY": SANDBOX}, "ALIPAY_GATEWAY", "does not allow"),
        ("simulator", {"ALIPAY_GATEWAY": REAL}, "ALIPAY_GATEWAY", "does not allow"),
        ("simulator", {"ALIPAY_GATEWAY": None}, "ALIPAY_GATEWAY", "is not set"),
        ("production", {"ALIPAY_GATEWAY": "http://openapi.alipay.com/gateway.do"}, "ALIPAY_GATEWAY", "plain"),
        (
            "experience",
            {"ALIPAY_GATEWAY": "https://openapi.alipaydev.com/gateway.do"},
            "ALIPAY_GATEWAY",
            "old sandbox",
        ),
        (
            "production",
            {"ALIPAY_GATEWAY": "https://openapi.alipay.com/"},
            "ALIPAY_GATEWAY",
            "does not end in",
        ),
        ("production", {"ALIPAY_GATEWAY_URL": f"{REAL}/gateway.do"}, "ALIPAY_GATEWAY_URL", "another gateway"),
        ("production", {"ALIPAY_NOTIFY_URL": "http://shop.example.com/a"}, "ALIPAY_NOTIFY_URL", "plain http"),
        ("production", {"ALIPAY_NOTIFY_URL": "https://10.0.0.7/notify"}, "ALIPAY_NOTIFY_URL", "not public"),
        ("production", {"ALIPAY_NOTIFY_URL": "https://shop.example.com"}, "ALIPAY_NOTIFY_URL", "has no path"),
        ("production", {"ALIPAY_NOTIFY_URL": "https://a.example.com/n?x=1"}, "ALIPAY_NOTIFY_URL", "a query"),
        (
            "production",
            {"ALIPAY_NOTIFY_URL": "https://shop.example.com/" + "a" * 240},
            "ALIPAY_NOTIFY_URL",
            "256 at most",
        ),
        ("production", {"ALIPAY_RETURN_URL": "http://shop.example.com/a"}, "ALIPAY_RETURN_URL", "plain http"),
    ],
)
def test_an_address_that_cannot_serve_is_refused(
    judge: Judge,
    alipay: dict[str, str],
    target: str,
    changes: dict[str, str | None],
    variable: str,
    problem: str,
) -> None:
    said = [each for each in found(judge(target, **(alipay | changes))) if each[0] in ("CFG-02", "CFG-09")]
    assert [(name, problem in text) for _, name, text in said] == [(variable, True)]


@pytest.mark.parametrize(
    ("target", "app", "gateway", "problem"),
    [
        ("production", "9021000199990001", REAL, "is a sandbox application's"),
        ("production", "2021000199990001", None, "is a sandbox application's"),
        ("experience", "2021004144556677", SANDBOX, "is a real application's"),
    ],
)
def test_number_and_gateway_are_of_one_edition(
    judge: Judge, alipay: dict[str, str], target: str, app: str, gateway: str | None, problem: str
) -> None:
    changes = {"ALIPAY_APP_ID": app, "ALIPAY_GATEWAY": gateway}
    ((control, variable, said),) = found(judge(target, **(alipay | changes)))
    assert (control, variable) == ("CFG-04", "ALIPAY_APP_ID")
    assert problem in said


def test_the_applications_own_public_key_is_not_alipays(
    judge: Judge, alipay: dict[str, str], key_texts: Any
) -> None:
    changes = {"ALIPAY_PUBLIC_KEY": key_texts.alipay_app_public}
    report = judge("production", **(alipay | changes))
    ((control, variable, said),) = found(report)
    assert (control, variable) == ("CFG-03", "ALIPAY_PUBLIC_KEY")
    assert "应用公钥" in said
    assert report.findings[0].blocks


def test_pkcs1_is_as_good_as_pkcs8_bare_or_armoured(
    judge: Judge, alipay: dict[str, str], key_texts: Any
) -> None:
    key = keys.load_private_key(key_texts.alipay)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()
    bare = "".join(pem.splitlines()[1:-1])
    assert bare.startswith("MII")
    for written in (pem.replace("\n", "\\n"), bare):
        assert judge("production", **(alipay | {"ALIPAY_PRIVATE_KEY": written})).clean


def test_rsa_1024_is_refused(judge: Judge, alipay: dict[str, str]) -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - meant to be short
    public = keys.bare_public(short.public_key())
    assert len(public) == 216
    ((_, variable, said),) = found(judge("production", **(alipay | {"ALIPAY_PUBLIC_KEY": public})))
    assert variable == "ALIPAY_PUBLIC_KEY"
    assert "1024" in said


def certificate(key: rsa.RSAPrivateKey, *, begins: int = -30, ends: int = 1000) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.COMMON_NAME, "GoLive Sim Issuing CA"),
        ]
    )
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins))
        .not_valid_after(now + timedelta(days=ends))
        .sign(key, hashes.SHA256())
    )


def pem(made: x509.Certificate) -> str:
    return made.public_bytes(serialization.Encoding.PEM).decode().replace("\n", "\\n")


@pytest.fixture(scope="module")
def own(key_texts: Any) -> rsa.RSAPrivateKey:
    return keys.load_private_key(key_texts.alipay)


@pytest.fixture(scope="module")
def other() -> rsa.RSAPrivateKey:
    return keys.generate()


@pytest.fixture
def certificates(own: rsa.RSAPrivateKey, other: rsa.RSAPrivateKey) -> dict[str, str | None]:
    return {
        "ALIPAY_APP_CERT": pem(certificate(own)),
        "ALIPAY_CERT": pem(certificate(other)),
        "ALIPAY_ROOT_CERT": pem(certificate(other)) + pem(certificate(other)),
    }


def test_certificate_mode_loads_with_its_serial_names(
    environment: Environment,
    alipay: dict[str, str],
    own: rsa.RSAPrivateKey,
    other: rsa.RSAPrivateKey,
    tmp_path: Path,
) -> None:
    mine, theirs, roots = certificate(own), certificate(other), [certificate(other), certificate(own)]
    (tmp_path / "appCertPublicKey_2021004144556677.crt").write_text(pem(mine).replace("\\n", "\n"))
    values = environment(
        "production",
        **(
            alipay
            | {
                "ALIPAY_PUBLIC_KEY": None,
                "ALIPAY_APP_CERT": "appCertPublicKey_2021004144556677.crt",
                "ALIPAY_CERT": b64encode(pem(theirs).replace("\\n", "\n").encode()).decode(),
                "ALIPAY_ROOT_CERT": "".join(map(pem, roots)),
            }
        ),
    )
    text = "\n".join(f'{name}="{value}"' for name, value in values.items())
    env = EnvFile.parse(text, "memory", folder=tmp_path)
    assert check(env, target="production").findings == ()
    loaded = Settings.load(env, target="production").alipay
    assert loaded is not None
    assert loaded.certificates is not None
    assert loaded.public_key.public_numbers() == other.public_key().public_numbers()
    assert loaded.certificates.app_cert_sn == certificate_sn(mine)
    assert loaded.certificates.alipay_cert_sn == certificate_sn(theirs)
    assert loaded.certificates.root_cert_sn == root_certificate_sn(roots)


@pytest.mark.parametrize(
    ("name", "key", "span", "problem", "blocks"),
    [
        ("ALIPAY_APP_CERT", "other", {}, "another key than ALIPAY_PRIVATE_KEY", True),
        ("ALIPAY_CERT", "own", {}, "our application's own certificate", True),
        ("ALIPAY_CERT", "other", {"ends": -1}, "ended on", True),
        ("ALIPAY_CERT", "other", {"begins": 2}, "begins to hold on", True),
        ("ALIPAY_APP_CERT", "own", {"ends": 12}, "ends on", False),
    ],
)
def test_a_certificate_out_of_place_or_time_is_found(
    judge: Judge,
    alipay: dict[str, str],
    certificates: dict[str, str | None],
    request: pytest.FixtureRequest,
    name: str,
    key: str,
    span: dict[str, int],
    problem: str,
    blocks: bool,
) -> None:
    bent = {name: pem(certificate(request.getfixturevalue(key), **span))}
    report = judge("production", **(alipay | certificates | bent))
    ((control, variable, said),) = found(report)
    assert (control, variable) == ("CFG-03", name)
    assert problem in said
    assert report.findings[0].blocks is blocks


@pytest.mark.parametrize("name", ["ALIPAY_APP_CERT", "ALIPAY_CERT", "ALIPAY_ROOT_CERT"])
@pytest.mark.parametrize("value", [None, "no certificate"])
def test_certificate_mode_needs_all_three(
    judge: Judge, alipay: dict[str, str], certificates: dict[str, str | None], name: str, value: str | None
) -> None:
    said = found(judge("production", **(alipay | certificates | {name: value})))
    assert [(control, variable) for control, variable, _ in said] == [("CFG-03", name)]


ENDPOINT = "ALIPAY_MCP_ENDPOINT"
MCP = {
    ENDPOINT: "https://openapi.alipay.com/mcp/v1",
    "ALIPAY_MCP_API_KEY": "5b1e90d7c4a2836f1d7e0b94a8c35f62e7d41096b3a8f5c27e60d9148ba3f57c",
    "ALIPAY_MCP_EXPERIENCE": "false",
}


@pytest.fixture
def over_mcp(alipay: dict[str, str]) -> dict[str, str]:
    """A file of production that names Alipay's MCP endpoint, too."""
    return {**alipay, **MCP, "ALIPAY_MCP_MERCHANT_ID": alipay["ALIPAY_SELLER_ID"]}


@pytest.mark.parametrize(
    ("changes", "control", "variable", "problem"),
    [
        ({"ALIPAY_MCP_API_KEY": None}, "CFG-01", "ALIPAY_MCP_API_KEY", "is not set"),
        ({"ALIPAY_MCP_MERCHANT_ID": None}, "CFG-01", "ALIPAY_MCP_MERCHANT_ID", "is not set"),
        ({"ALIPAY_MCP_MERCHANT_ID": "2088999900000099"}, "CFG-10", "ALIPAY_MCP_MERCHANT_ID", "is another"),
        ({"ALIPAY_MCP_API_KEY": "your_api_key"}, "CFG-01", "ALIPAY_MCP_API_KEY", "is still"),
        (
            {"ALIPAY_MCP_ENDPOINT": "http://openapi.alipay.com/mcp/v1"},
            "CFG-02",
            "ALIPAY_MCP_ENDPOINT",
            "plain",
        ),
        (
            {"ALIPAY_MCP_ENDPOINT": "https://pay.example.com/mcp"},
            "CFG-02",
            "ALIPAY_MCP_ENDPOINT",
            "not allow",
        ),
        (
            {"ALIPAY_MCP_ENDPOINT": "https://openapi.alipay.com/mcp/"},
            "CFG-02",
            "ALIPAY_MCP_ENDPOINT",
            "slash",
        ),
        ({"ALIPAY_MCP_DIALECT": "mcp"}, "CFG-02", "ALIPAY_MCP_DIALECT", "is none of alipay-mcp"),
        ({"WECHAT_MCP_DIALECT": "alipay-mcp"}, "CFG-02", "WECHAT_MCP_DIALECT", "is none of mcp"),
        ({"ALIPAY_MCP_EXPERIENCE": "true"}, "CFG-04", "ALIPAY_MCP_EXPERIENCE", "contradicts"),
        ({"ALIPAY_MCP_EXPERIENCE": "yes"}, "CFG-04", "ALIPAY_MCP_EXPERIENCE", "neither true nor false"),
    ],
)
def test_alipays_mcp_endpoint_is_judged_as_wechats_is(
    judge: Judge,
    over_mcp: dict[str, str],
    changes: dict[str, str],
    control: str,
    variable: str,
    problem: str,
) -> None:
    assert judge("production", **over_mcp).clean
    ((found_control, found_variable, said),) = found(judge("production", **(over_mcp | changes)))
    assert (found_control, found_variable) == (control, variable)
    assert problem in said


def test_without_an_endpoint_nothing_of_it_is_judged(judge: Judge, over_mcp: dict[str, str]) -> None:
    without = {"ALIPAY_MCP_ENDPOINT": None, "ALIPAY_MCP_API_KEY": None, "ALIPAY_MCP_EXPERIENCE": "maybe"}
    assert judge("production", **(over_mcp | without)).clean
