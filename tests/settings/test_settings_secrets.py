"""The list of secret texts holds what records are searched for, and no word that stands everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.settings import EnvFile
from harness.settings.rules import Context
from harness.settings.secrets import secret_texts
from harness.settings.variables import is_secret
from harness.signing import keys


def texts(env: EnvFile) -> tuple[str, ...]:
    return secret_texts(Context.of(env, None))


def test_a_private_key_counts_in_every_shape_it_may_be_printed_in(key_texts: Any) -> None:
    found = texts(EnvFile.of({"WECHAT_PAY_PRIVATE_KEY": key_texts.merchant}))
    pem = keys.private_pem(keys.load_private_key(key_texts.merchant)).strip()
    assert set(found) == {key_texts.merchant, pem, pem.replace("\n", "\\n")}


def test_of_a_key_in_a_file_the_key_is_secret_and_the_path_is_not(key_texts: Any, tmp_path: Path) -> None:
    path = tmp_path / "apiclient_key.pem"
    path.write_text(keys.private_pem(keys.load_private_key(key_texts.merchant)))
    found = texts(EnvFile.parse("WECHAT_PAY_PRIVATE_KEY=apiclient_key.pem", "memory", folder=tmp_path))
    assert key_texts.merchant in found
    assert "apiclient_key.pem" not in found


def test_overridden_lines_count_too() -> None:
    env = EnvFile.parse("WECHAT_PAY_API_KEY=old-secret-1\nWECHAT_PAY_API_KEY=new-secret-22\n", "memory")
    assert texts(env) == ("new-secret-22", "old-secret-1")


def test_secrets_of_the_app_that_we_do_not_know_by_name_count() -> None:
    env = EnvFile.of(
        {
            "JWT_SECRET": "jwt-secret-value",
            "ALIPAY_MCP_API_KEY": "alipay-api-key",
            "SESSION_SIGNING_KEY": "signing-key-value",
            "REDIS_URL": "redis://:redis-password@cache.example:6379/0",
            "ALIPAY_PUBLIC_KEY": "public-key-value",
            "APP_NAME": "smart-travel",
        }
    )
    assert set(texts(env)) == {
        "jwt-secret-value",
        "alipay-api-key",
        "signing-key-value",
        "redis-password",
    }


def test_placeholders_and_words_that_stand_everywhere_are_left_out() -> None:
    env = EnvFile.of({"WECHAT_PAY_API_KEY": "[您的微信支付密钥]", "JWT_SECRET": "test", "API_TOKEN": ""})
    assert texts(env) == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("WECHAT_PAY_APIV3_KEY", True),
        ("WECHAT_PAY_PRIVATE_KEY", True),
        ("GOLIVE_LEVERS_TOKEN", True),
        ("WECHAT_PAY_PUBLIC_KEY", False),
        ("WECHAT_PAY_PUBLIC_KEY_ID", False),
        ("WECHAT_PAY_MCH_ID", False),
        ("db_password", True),
    ],
)
def test_a_name_says_whether_its_value_is_secret(name: str, expected: bool) -> None:
    assert is_secret(name) is expected
