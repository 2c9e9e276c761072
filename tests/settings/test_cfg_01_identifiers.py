"""CFG-01: serial, key id and merchant number have the platform's shape; a fix tells the right form."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.settings import ConfigurationReport, EnvFile, Finding, check
from harness.simulator.account.identity import new_identity

Environment = Callable[..., dict[str, str]]
Judge = Callable[..., ConfigurationReport]

SERIAL = "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"
COLONS = ":".join(SERIAL[at : at + 2] for at in range(0, 40, 2))


def shape_of(report: ConfigurationReport, name: str) -> list[Finding]:
    return [found for found in report.of("CFG-01") if found.variable == name and "shape" in found.problem]


@pytest.mark.parametrize(
    "value",
    [
        SERIAL.lower(), COLONS, COLONS.lower(), str(int(SERIAL, 16)), f"serial={SERIAL}",
        f"Serial Number: {COLONS}", f"0x{SERIAL}", SERIAL.replace("B07E", "B07E "),
        f"serialNo:{SERIAL.lower()}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("target", ["simulator", "production"])
def test_a_serial_in_another_form_is_found_with_the_right_one(
    judge_keyless: Judge, target: str, value: str
) -> None:
    (found,) = shape_of(judge_keyless(target, WECHAT_PAY_CERT_SERIAL=value), "WECHAT_PAY_CERT_SERIAL")
    assert found.fix == f"write {SERIAL}"
    assert found.blocks


@pytest.mark.parametrize("value", [SERIAL[:39], SERIAL + "0", SERIAL[:39] + "G", "apiclient_cert.pem", "1"])
def test_a_serial_that_cannot_be_mended_is_found_with_its_length(judge_keyless: Judge, value: str) -> None:
    (found,) = shape_of(judge_keyless("production", WECHAT_PAY_CERT_SERIAL=value), "WECHAT_PAY_CERT_SERIAL")
    assert f"{len(value)} characters" in found.problem
    assert "40 upper-case" in found.fix


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("0119000072912024101500", "write PUB_KEY_ID_0119000072912024101500"),
        ("pub_key_id_0119000072912024101500", "write PUB_KEY_ID_0119000072912024101500"),
        ("PUB_KEY_ID0119000072912024101500", "write PUB_KEY_ID_0119000072912024101500"),
        ("PUB_KEY_ID_", "copy the whole value"),
        ("PUB_KEY_ID_01190000X", "copy the whole value"),
        (SERIAL, "copy the whole value"),
    ],
)
def test_a_key_id_without_its_prefix_is_found(judge_keyless: Judge, value: str, right: str) -> None:
    report = judge_keyless("production", WECHAT_PAY_PUBLIC_KEY_ID=value)
    (found,) = shape_of(report, "WECHAT_PAY_PUBLIC_KEY_ID")
    assert found.fix.startswith(right)


def test_beside_a_platform_certificate_its_serial_is_the_id(judge: Judge) -> None:
    certificate = new_identity().certificate
    assert judge(
        "production", WECHAT_PAY_PUBLIC_KEY_ID=certificate.serial, WECHAT_PAY_PUBLIC_KEY=certificate.pem
    ).clean


@pytest.mark.parametrize(
    "value", ["abc", "1234567", "19000072910", "19000O7291", "1900-007291", "mchid=1900007291x"]
)
def test_a_merchant_number_is_8_to_10_digits(judge_keyless: Judge, value: str) -> None:
    (found,) = shape_of(judge_keyless("production", WECHAT_PAY_MCH_ID=value), "WECHAT_PAY_MCH_ID")
    assert "8 to 10 digits" in found.problem


@pytest.mark.parametrize("blank", ["\n", "\r\n", " ", "\u00a0", "\u200b", "\ufeff", "\u3000", "\u2060"])
@pytest.mark.parametrize(
    "name", ["WECHAT_PAY_CERT_SERIAL", "WECHAT_PAY_MCH_ID", "WECHAT_PAY_APIV3_KEY", "MCP_TIMEOUT"]
)
def test_invisible_characters_count_as_blanks(
    judge: Judge, environment: Environment, name: str, blank: str
) -> None:
    value = environment("production")[name]
    for spoilt in (value + blank, blank + value):
        found = judge("production", **{name: spoilt}).of("CFG-01")
        assert [(each.variable, "blanks at the start or the end" in each.problem) for each in found] == [
            (name, True)
        ]


@pytest.mark.parametrize("code", ["\u200b", "\u00a0", "\n"])
def test_an_invisible_character_inside_is_named_with_its_place(judge_keyless: Judge, code: str) -> None:
    report = judge_keyless("production", WECHAT_MCP_API_KEY=f"mcpkey-7f3a9c51{code}e2d84b60")
    (found,) = [each for each in report.of("CFG-01") if "invisible" in each.problem]
    assert f"U+{ord(code):04X} at place 16" in found.problem


@pytest.mark.parametrize("blank", ["\u200b", "\u00a0", "\ufeff \u200b"])
def test_a_value_of_invisible_characters_alone_is_empty(blank: str) -> None:
    report = check(EnvFile.parse(f"WECHAT_PAY_MCH_ID={blank}\n", ".env"), target="production")
    found = [each for each in report.of("CFG-01") if each.variable == "WECHAT_PAY_MCH_ID" and each.blocks]
    assert ["is still empty" in each.problem for each in found] == [True]
