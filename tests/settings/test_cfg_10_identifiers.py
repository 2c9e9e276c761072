"""CFG-10: serial, key id and merchant number have the platform's shape; a fix tells the right form."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.settings import ConfigurationReport, Finding
from harness.simulator.account.identity import new_identity

Environment = Callable[..., dict[str, str]]
Judge = Callable[..., ConfigurationReport]

SERIAL = "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"
COLONS = ":".join(SERIAL[at : at + 2] for at in range(0, 40, 2))


def shape_of(report: ConfigurationReport, name: str) -> list[Finding]:
    return [found for found in report.of("CFG-10") if found.variable == name and "shape" in found.problem]


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
    assert (
        judge(
            "production", WECHAT_PAY_PUBLIC_KEY_ID=certificate.serial, WECHAT_PAY_PUBLIC_KEY=certificate.pem
        ).of("CFG-10")
        == ()
    )


@pytest.mark.parametrize(
    "value", ["abc", "1234567", "19000072910", "19000O7291", "1900-007291", "mchid=1900007291x"]
)
def test_a_merchant_number_is_8_to_10_digits(judge_keyless: Judge, value: str) -> None:
    (found,) = shape_of(judge_keyless("production", WECHAT_PAY_MCH_ID=value), "WECHAT_PAY_MCH_ID")
    assert "8 to 10 digits" in found.problem
