"""Complete settings for each target, made of fresh keys, and ways to bend one variable of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.settings import ConfigurationReport, EnvFile, check
from harness.signing import keys

DATA = Path(__file__).parent / "data"
Environment = Callable[..., dict[str, str]]
Judge = Callable[..., ConfigurationReport]


@dataclass(frozen=True)
class KeyTexts:
    """Key material as one-line base64."""

    merchant: str
    merchant_public: str
    platform: str
    mcp: str
    mcp_public: str
    mcp_platform: str
    alipay: str
    alipay_app_public: str
    alipay_platform: str


@pytest.fixture(scope="session")
def key_texts() -> KeyTexts:
    merchant, platform, mcp, mcp_platform, alipay, alipay_platform = (keys.generate() for _ in range(6))
    return KeyTexts(
        merchant=keys.bare_private(merchant),
        merchant_public=keys.bare_public(merchant.public_key()),
        platform=keys.bare_public(platform.public_key()),
        mcp=keys.bare_private(mcp),
        mcp_public=keys.bare_public(mcp.public_key()),
        mcp_platform=keys.bare_public(mcp_platform.public_key()),
        alipay=keys.bare_private(alipay),
        alipay_app_public=keys.bare_public(alipay.public_key()),
        alipay_platform=keys.bare_public(alipay_platform.public_key()),
    )


@pytest.fixture(scope="session")
def environment(key_texts: KeyTexts) -> Environment:
    """`environment("production", MCP_TIMEOUT="30", WECHAT_PAY_SANDBOX=None)`: None leaves a variable out."""

    def build(target: str = "simulator", **changes: str | None) -> dict[str, str]:
        real = target != "simulator"
        flag = "false" if target == "production" else "true"
        host = "https://api.mch.weixin.qq.com" if real else "http://127.0.0.1:8765"
        values: dict[str, str | None] = {
            "PAYMENT_MCP_ENABLED": "true",
            "WECHAT_MCP_ENDPOINT": f"{host}/mcp/v1",
            "WECHAT_MCP_API_KEY": "7f3a9c51e2d84b60a1f7c93d5e08b246c05d71e9a4f2b8360d9e5c17a28f64b3",
            "WECHAT_MCP_MERCHANT_ID": "1900007291",
            "WECHAT_MCP_PRIVATE_KEY": key_texts.mcp,
            "WECHAT_MCP_PUBLIC_KEY": key_texts.mcp_platform,
            "WECHAT_MCP_EXPERIENCE": flag,
            "WECHAT_PAY_APP_ID": "wx8888888888888888",
            "WECHAT_PAY_MCH_ID": "1900007291",
            "WECHAT_PAY_API_KEY": "q7Zf2LxV9sKd4RbTn8WcY3hGm6PjE1uA",
            "WECHAT_PAY_SANDBOX": flag,
            "WECHAT_PAY_APIV3_KEY": "A9b8C7d6E5f4G3h2I1j0K9l8M7n6O5p4",
            "WECHAT_PAY_CERT_SERIAL": "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",
            "WECHAT_PAY_PRIVATE_KEY": key_texts.merchant,
            "WECHAT_PAY_PUBLIC_KEY_ID": "PUB_KEY_ID_0119000072912024101500",
            "WECHAT_PAY_PUBLIC_KEY": key_texts.platform,
            "WECHAT_PAY_NOTIFY_URL": f"{'https://shop.example.com' if real else 'http://127.0.0.1:3000'}/notify",
            "WECHAT_PAY_BASE_URL": host,
            "MCP_EXPERIENCE_MODE": flag,
            "MCP_TIMEOUT": "15000",
            "MCP_RETRY_COUNT": "3",
            "MCP_MAX_AMOUNT": "10000",
            "MCP_DAILY_LIMIT": "100000",
        }
        return {name: value for name, value in (values | changes).items() if value is not None}

    return build


@pytest.fixture(scope="session")
def alipay(key_texts: KeyTexts) -> dict[str, str]:
    """What a production file adds to take Alipay's payments."""
    return {
        "ALIPAY_APP_ID": "2021004144556677",
        "ALIPAY_SELLER_ID": "2088999900000013",
        "ALIPAY_PRIVATE_KEY": key_texts.alipay,
        "ALIPAY_PUBLIC_KEY": key_texts.alipay_platform,
        "ALIPAY_NOTIFY_URL": "https://shop.example.com/api/alipay/notify",
        "ALIPAY_RETURN_URL": "https://shop.example.com/paid",
        "ALIPAY_GATEWAY": "https://openapi.alipay.com/gateway.do",
    }


@pytest.fixture(scope="session")
def alipay_sandbox(alipay: dict[str, str]) -> dict[str, str]:
    """The same in Alipay's sandbox, as the experience edition's file has it."""
    return alipay | {
        "ALIPAY_APP_ID": "9021000199990001",
        "ALIPAY_GATEWAY": "https://openapi-sandbox.dl.alipaydev.com/gateway.do",
    }


@pytest.fixture(scope="session")
def judge(environment: Environment) -> Judge:
    """Judge complete settings of a target with some variables bent."""

    def run(target: str = "simulator", **changes: str | None) -> ConfigurationReport:
        return check(EnvFile.of(environment(target, **changes)), target=target)

    return run


@pytest.fixture(scope="session")
def judge_keyless(judge: Judge) -> Judge:
    """The same without the private keys, whose loading is most of a check's time: for others than keys."""

    def run(target: str = "simulator", **changes: str | None) -> ConfigurationReport:
        keyless = {"WECHAT_MCP_PRIVATE_KEY": None, "WECHAT_PAY_PRIVATE_KEY": None}
        return judge(target, **(keyless | changes))

    return run


@pytest.fixture(scope="session")
def plan_section_2() -> str:
    """The `.env.local` of P§2, as printed there."""
    return (DATA / "plan_section_2.env").read_text("utf-8")


@pytest.fixture(scope="session")
def plan_section_4_2() -> str:
    """The production update of P§4.2, as printed there."""
    return (DATA / "plan_section_4_2.env").read_text("utf-8")
