"""CFG-08: secrets were drawn, are long enough, differ from one another, and were never published."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from harness.settings import ConfigurationReport, EnvFile, Settings, check, published
from harness.settings.strength import estimated_bits
from harness.signing.keys import load_private_key

Environment = Callable[..., dict[str, str]]
Judge = Callable[..., ConfigurationReport]


def said(report: ConfigurationReport) -> list[tuple[str, str]]:
    return [(found.variable, found.problem) for found in report.of("CFG-08")]


@pytest.mark.parametrize("length", [16, 31, 33, 64])
def test_an_apiv3_key_that_is_not_32_bytes_is_refused_with_its_length_alone(
    judge: Judge, length: int
) -> None:
    value = "Qw8rTy2uLm5xKc7vBn1zHs4jFd9gPe3aUo6iWt0yRq8wYt2uXl5mCk7vNb1zSh4j"[:length]
    (found,) = judge("production", WECHAT_PAY_APIV3_KEY=value).of("CFG-08")
    assert f"{length} bytes" in found.problem
    assert value not in str(found)


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_an_apiv3_key_with_an_escaped_dollar_is_judged_as_next_reads_it(
    environment: Environment, quote: str
) -> None:
    key = "Qw8rTy2uLm5xKc7vBn1zHs4jFd9g$e3a"
    values = environment("production") | {"WECHAT_PAY_APIV3_KEY": quote + key.replace("$", "\\$") + quote}
    env = EnvFile.parse("\n".join(f"{name}={value}" for name, value in values.items()), ".env")
    report = check(env, target="production")
    assert report.findings == ()
    assert any("only @next/env needs \\$" in note.text for note in report.notes)
    settings = Settings.load(env, target="production")
    assert settings.wechat.apiv3_key == key
    assert {key, key.replace("$", "\\$")} <= set(settings.secrets())


def test_an_escaped_key_of_another_length_says_who_reads_which(environment: Environment) -> None:
    values = environment("production") | {"WECHAT_PAY_APIV3_KEY": "Qw8rTy2uLm5xKc7vBn1zHs4jFd9g\\$e3"}
    env = EnvFile.parse("\n".join(f"{name}={value}" for name, value in values.items()), ".env")
    (found,) = check(env, target="production").of("CFG-08")
    assert "is 31 bytes long as @next/env reads it (32 for loaders that keep the backslash)" in found.problem


@pytest.mark.parametrize("draw", [secrets.token_hex, secrets.token_urlsafe])
def test_what_was_drawn_with_256_bits_has_256(draw: Callable[[int], str]) -> None:
    assert all(int(estimated_bits(draw(32)) + 1e-6) >= 256 for _ in range(10))


@pytest.mark.parametrize(
    "value",
    [
        "a" * 64,
        "fedcba9876543210" * 4,
        "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "wechatpay" * 7,
        "this-is-my-super-secret-jwt-key-for-production-please-change-it-later-ok",
        "MyCompanyWeChatPaySecret2024MyCompanyWeChatPaySecret2025!!",
        "7f3a9c51e2d84b60a1f7c93d5e08b246",
    ],
)
def test_words_rows_repeats_and_short_ones_have_fewer(judge_keyless: Judge, value: str) -> None:
    for name in ("JWT_SECRET", "WECHAT_MCP_API_KEY", "NEXTAUTH_SECRET", "SESSION_COOKIE_SECRET"):
        report = judge_keyless("production", **{name: value})
        ((variable, problem),) = said(report)
        assert variable == name
        assert "256 are wanted" in problem
        assert value not in str(report)
        assert not report.of("CFG-08")[0].blocks


def test_other_peoples_passwords_are_theirs_to_judge(judge_keyless: Judge) -> None:
    assert said(judge_keyless("production", SMTP_PASSWORD="summer2024", MAP_TOKEN="abc123")) == []


def test_a_32_character_key_is_judged_for_its_length(judge_keyless: Judge) -> None:
    assert said(judge_keyless("production", WECHAT_PAY_API_KEY=secrets.token_hex(16))) == []
    ((variable, problem),) = said(
        judge_keyless("production", WECHAT_PAY_API_KEY="wechatpaywechatpaywechatpay12345")
    )
    assert (variable, "120 are wanted" in problem) == ("WECHAT_PAY_API_KEY", True)


def test_two_equal_secrets_are_found_by_the_later_line(environment: Environment) -> None:
    values = environment("production")
    values["WECHAT_PAY_APIV3_KEY"] = values["WECHAT_PAY_API_KEY"]
    values["JWT_SECRET"] = values["JWT_REFRESH_SECRET"] = secrets.token_hex(32)
    report = check(EnvFile.of(values), target="production")
    assert [name for name, _ in said(report)] == ["WECHAT_PAY_APIV3_KEY", "JWT_REFRESH_SECRET"]
    assert "the same secret as WECHAT_PAY_API_KEY" in said(report)[0][1]


def test_one_key_for_two_platforms_is_found_however_it_is_written(judge: Judge, key_texts: Any) -> None:
    pem = f"-----BEGIN PRIVATE KEY-----\\n{key_texts.merchant}\\n-----END PRIVATE KEY-----"
    ((variable, problem),) = said(judge("production", WECHAT_MCP_PRIVATE_KEY=pem))
    assert (variable, "the same secret as WECHAT_MCP_PRIVATE_KEY" in problem) == (
        "WECHAT_PAY_PRIVATE_KEY",
        True,
    )


def test_one_secret_under_two_names_of_one_library_is_one(judge_keyless: Judge) -> None:
    secret = secrets.token_hex(32)
    assert said(judge_keyless("production", AUTH_SECRET=secret, NEXTAUTH_SECRET=secret)) == []


def test_a_published_key_is_found_and_not_repeated(judge_keyless: Judge) -> None:
    sample = bytes.fromhex("3139323030363235306234633039323437656330326564636536396636613264").decode()
    report = judge_keyless("production", WECHAT_PAY_API_KEY=sample)
    assert [("published sample" in problem) for _, problem in said(report)] == [True]
    assert sample not in str(report)


def test_a_published_private_key_is_known_by_its_public_half(
    judge: Judge, key_texts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = published.digest_of(load_private_key(key_texts.merchant).public_key())
    monkeypatch.setitem(published._KEYS, digest, "a test")
    ((variable, problem),) = said(judge("production"))
    assert (variable, problem.startswith("is a published sample (a test)")) == (
        "WECHAT_PAY_PRIVATE_KEY",
        True,
    )
