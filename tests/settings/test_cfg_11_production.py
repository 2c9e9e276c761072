"""CFG-11: the production profile is switched over, limited, and shares no key with the experience edition."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest

from harness.settings import ConfigurationReport, EnvFile, check
from harness.signing import keys

Environment = Callable[..., dict[str, str]]


def judged(production: dict[str, str], experience: dict[str, str] | None) -> ConfigurationReport:
    other = EnvFile.of(experience, ".env.experience") if experience else None
    return check(EnvFile.of(production), target="production", other=other)


@pytest.fixture(scope="module")
def experience(environment: Environment) -> dict[str, str]:
    """The experience edition of the same merchant: its MCP keys and JWT secrets are its own."""
    return environment(
        "experience",
        WECHAT_MCP_API_KEY=secrets.token_hex(32),
        WECHAT_MCP_PRIVATE_KEY=keys.bare_private(keys.generate()),
        JWT_SECRET=secrets.token_hex(32),
    )


@pytest.fixture(scope="module")
def production(environment: Environment) -> dict[str, str]:
    return environment("production", JWT_SECRET=secrets.token_hex(32))


def test_a_profile_that_is_switched_over_is_clean(
    production: dict[str, str], experience: dict[str, str]
) -> None:
    report = judged(production, experience)
    assert report.of("CFG-11") == ()
    assert report.decided
    (note,) = [each.text for each in report.notes if each.control == "CFG-11"]
    assert "WECHAT_PAY_APIV3_KEY (WECHAT_PAY_MCH_ID)" in note  # one account has one such key


@pytest.mark.parametrize("flag", ["WECHAT_MCP_EXPERIENCE", "MCP_EXPERIENCE_MODE", "WECHAT_PAY_SANDBOX"])
@pytest.mark.parametrize("value", ["true", None])
def test_each_switch_is_off(
    production: dict[str, str], experience: dict[str, str], flag: str, value: str | None
) -> None:
    bent = {name: value for name, value in (production | {flag: value}).items() if value is not None}
    assert [each.variable for each in judged(bent, experience).of("CFG-11")] == [flag]


@pytest.mark.parametrize(
    ("changes", "variable", "problem"),
    [
        ({"MCP_MAX_AMOUNT": "0"}, "MCP_MAX_AMOUNT", "sets no limit"),
        ({"MCP_DAILY_LIMIT": "1万"}, "MCP_DAILY_LIMIT", "sets no limit"),
        ({"GOLIVE_LEVERS_TOKEN": "levers-5a0c-9d1e"}, "GOLIVE_LEVERS_TOKEN", "belongs to a simulator"),
        (
            {"WECHAT_PAY_PUBLIC_KEY_ID": "PUB_KEY_ID_999999990123"},
            "WECHAT_PAY_PUBLIC_KEY_ID",
            "is the key of a simulator",
        ),
    ],
)
def test_limits_are_set_and_nothing_of_a_rehearsal_is_left(
    production: dict[str, str],
    experience: dict[str, str],
    changes: dict[str, str],
    variable: str,
    problem: str,
) -> None:
    (found,) = judged(production | changes, experience).of("CFG-11")
    assert (found.variable, problem in found.problem) == (variable, True)


@pytest.mark.parametrize("name", ["WECHAT_MCP_API_KEY", "WECHAT_MCP_PRIVATE_KEY", "JWT_SECRET"])
def test_a_key_of_the_experience_edition_is_found_and_not_repeated(
    production: dict[str, str], experience: dict[str, str], name: str
) -> None:
    report = judged(production | {name: experience[name]}, experience)
    (found,) = report.of("CFG-11")
    assert (found.variable, ".env.experience" in found.problem) == (name, True)
    assert experience[name] not in str(report)


def test_another_account_has_keys_of_its_own(production: dict[str, str], experience: dict[str, str]) -> None:
    other = {"WECHAT_PAY_MCH_ID": "1900007300", "WECHAT_MCP_MERCHANT_ID": "1900007300"}
    found = {each.variable for each in judged(production | other, experience).of("CFG-11")}
    assert found == {"WECHAT_PAY_API_KEY", "WECHAT_PAY_APIV3_KEY", "WECHAT_PAY_PRIVATE_KEY"}


def test_without_the_other_file_it_is_open(production: dict[str, str]) -> None:
    report = judged(production, None)
    assert (report.of("CFG-11"), report.decided) == ((), False)


def test_no_other_target_has_a_production_profile(experience: dict[str, str]) -> None:
    report = check(EnvFile.of(experience), target="experience")
    assert (report.judged["CFG-11"], report.decided) == (0, True)
