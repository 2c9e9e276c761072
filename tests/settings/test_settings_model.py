"""Settings are typed, loaded once, and refused in one go with every reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from harness.core.errors import ConfigurationError
from harness.core.money import Fen
from harness.settings import EnvFile, Settings

Environment = Callable[..., dict[str, str]]


@pytest.mark.parametrize("target", ["simulator", "experience", "production"])
def test_complete_settings_load_typed(environment: Environment, target: str) -> None:
    settings = Settings.load(EnvFile.of(environment(target)), target=target)
    assert settings.target == target
    assert settings.wechat.mchid == "1900007291"
    assert isinstance(settings.wechat.private_key, RSAPrivateKey)
    assert isinstance(settings.wechat.platform_public_key, RSAPublicKey)
    assert (settings.mcp.enabled, settings.mcp.experience) == (True, target != "production")
    assert (settings.mcp.timeout_ms, settings.mcp.retry_count) == (15_000, 3)
    assert (settings.mcp.max_amount, settings.mcp.daily_limit) == (Fen(10_000), Fen(100_000))
    assert isinstance(settings.mcp.max_amount, Fen)
    assert settings.levers is None
    assert settings.test_openid is None


def test_what_is_optional_has_its_default(environment: Environment) -> None:
    values = environment("production", WECHAT_PAY_BASE_URL=None)
    settings = Settings.load(EnvFile.of(values), target="production")
    assert settings.wechat.base_url == "https://api.mch.weixin.qq.com"
    assert settings.mcp.dialect is None


def test_levers_dialect_and_openid_are_read(environment: Environment) -> None:
    values = environment(
        "simulator",
        GOLIVE_LEVERS_URL="http://127.0.0.1:8765/_golive/",
        GOLIVE_LEVERS_TOKEN="lever-token-5a0c",
        GOLIVE_TEST_OPENID="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        WECHAT_MCP_DIALECT="envelope",
        WECHAT_PAY_BASE_URL="http://127.0.0.1:8765/",
        MCP_MAX_AMOUNT=None,
    )
    settings = Settings.load(EnvFile.of(values))
    assert settings.levers is not None
    assert (settings.levers.url, settings.levers.token) == (
        "http://127.0.0.1:8765/_golive",
        "lever-token-5a0c",
    )
    assert settings.test_openid == "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
    assert settings.mcp.dialect == "envelope"
    assert settings.mcp.max_amount is None
    assert settings.wechat.base_url == "http://127.0.0.1:8765"


def test_alipay_loads_typed_and_its_gateway_has_two_names(
    environment: Environment, alipay: dict[str, str]
) -> None:
    url = "https://openapi.alipay.com/gateway.do"
    for written in ({}, {"ALIPAY_GATEWAY": None, "ALIPAY_GATEWAY_URL": url}, {"ALIPAY_GATEWAY": None}):
        settings = Settings.load(
            EnvFile.of(environment("production", **(alipay | written))), target="production"
        )
        assert settings.alipay is not None
        assert settings.alipay.gateway_url == url
        assert (settings.alipay.app_id, settings.alipay.seller_id) == (
            alipay["ALIPAY_APP_ID"],
            alipay["ALIPAY_SELLER_ID"],
        )
        assert isinstance(settings.alipay.private_key, RSAPrivateKey)
        assert isinstance(settings.alipay.public_key, RSAPublicKey)
        assert settings.alipay.notify_url == alipay["ALIPAY_NOTIFY_URL"]
        assert settings.alipay.return_url == alipay["ALIPAY_RETURN_URL"]
        assert settings.alipay.certificates is None


def test_a_file_without_alipay_or_with_placeholders_loads_without_it(environment: Environment) -> None:
    assert Settings.load(EnvFile.of(environment("experience")), target="experience").alipay is None
    values = environment("experience", ALIPAY_APP_ID="your_app_id", ALIPAY_PRIVATE_KEY="[应用私钥]")
    assert Settings.load(EnvFile.of(values), target="experience").alipay is None


def test_every_bad_variable_is_named_with_its_fix_in_one_error(environment: Environment) -> None:
    bent = {
        "WECHAT_PAY_MCH_ID": None,
        "WECHAT_PAY_API_KEY": "[您的微信支付密钥]",
        "WECHAT_MCP_ENDPOINT": "http://evil.example/mcp",
        "WECHAT_PAY_PRIVATE_KEY": "not a key",
        "WECHAT_PAY_APIV3_KEY": "too-short-secret",
        "WECHAT_PAY_SANDBOX": "true",
        "MCP_TIMEOUT": "soon",
        "MCP_DAILY_LIMIT": "1.5",
    }
    with pytest.raises(ConfigurationError) as refused:
        Settings.load(EnvFile.of(environment("production", **bent), "my.env"), target="production")
    message = str(refused.value)
    named = [line for line in message.splitlines() if line.startswith("  ")]
    assert {line.split()[0].rstrip(":") for line in named} == set(bent)
    assert all(" → " in line for line in named)
    assert "8 settings cannot be used" in message
    assert "golive config check my.env --target production" in refused.value.remedy
    for secret in ("too-short-secret", "not a key", "soon", "evil.example/mcp"):
        assert secret not in message


def test_one_bad_variable_reads_as_one(environment: Environment) -> None:
    with pytest.raises(ConfigurationError, match="a setting cannot be used"):
        Settings.load(EnvFile.of(environment("experience", MCP_RETRY_COUNT="0")), target="experience")


def test_what_the_controls_judge_but_can_be_run_with_does_load(environment: Environment) -> None:
    text = "\n".join(
        f"{name}={value}" for name, value in environment("production", MCP_TIMEOUT="30000").items()
    )
    env = EnvFile.parse(f"WECHAT_PAY_MCH_ID=[您的微信商户号]\n{text} # 100元\nloose words\n", "memory")
    assert Settings.load(env, target="production").mcp.timeout_ms == 30_000


def test_no_repr_shows_a_secret(environment: Environment, alipay: dict[str, str]) -> None:
    levers = {"GOLIVE_LEVERS_URL": "http://127.0.0.1:8765", "GOLIVE_LEVERS_TOKEN": "lever-token-5a0c"}
    values = environment(**(levers | alipay | {"ALIPAY_GATEWAY": "http://127.0.0.1:8765/alipay/gateway.do"}))
    settings = Settings.load(EnvFile.of(values))
    assert settings.alipay is not None
    shown = f"{settings!r} {settings} {settings.wechat!r} {settings.mcp!r} {settings.levers!r}"
    assert len(settings.secrets()) > 5
    assert [secret for secret in settings.secrets() if secret in shown] == []
