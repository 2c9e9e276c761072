"""Every variable we know by name: whether a file must set it, whether it is a secret, and how to fill it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from harness.core.dialects import mcp_dialects
from harness.core.payment import Provider
from harness.settings.addresses import ALIPAY_GATEWAY


class Presence(StrEnum):
    """When a file must set a variable."""

    ALWAYS = "always"
    PRODUCTION = "production"
    """Only for target production."""
    ALIPAY = "alipay"
    """To take Alipay's payments: once every one of these is set, the file configures Alipay."""
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Variable:
    """A name in an `.env` file; `docs/configuration.md` says what each means."""

    name: str
    fill: str
    """What to do about it when it has no value yet."""
    presence: Presence = Presence.ALWAYS
    secret: bool = False
    provider: Provider = Provider.WECHAT
    """Those of Alipay count once a file configures it: `Context.alipay`."""


def _portal(place: str) -> str:
    return f"take it from the merchant portal: {place}"


def _file(name: str) -> str:
    return f"set it to the path of {name}, or to its whole text"


def _write(value: str, note: str = "", *, optional: bool = False) -> str:
    return f"write {value}" + (f" ({note})" if note else "") + (", or delete the line" if optional else "")


def _alipay(name: str, fill: str, presence: Presence = Presence.ALIPAY, *, secret: bool = False) -> Variable:
    return Variable(name, fill, presence, secret, Provider.ALIPAY)


def _certificate(name: str) -> str:
    return f"set it to the path of {name}, or delete all three ALIPAY_…_CERT lines"


def _console(place: str) -> str:
    return f"take it from Alipay's console: {place}"


_MCP = _portal("产品中心 → 开发配置 → MCP")
_SECURITY = _portal("账户中心 → API安全")
_SPOKEN = " / ".join(mcp_dialects(Provider.WECHAT))
_ALIPAY_SPOKEN = " / ".join(mcp_dialects(Provider.ALIPAY))
_PLATFORM = "https://api.mch.weixin.qq.com"
ALIPAY_CERTIFICATES = ("ALIPAY_APP_CERT", "ALIPAY_CERT", "ALIPAY_ROOT_CERT")
"""Ours, Alipay's and the roots: all three set mean certificate mode."""

VARIABLES: tuple[Variable, ...] = (
    Variable("PAYMENT_MCP_ENABLED", _write("true", "to use MCP; else false")),
    Variable("WECHAT_MCP_ENDPOINT", _write(f"{_PLATFORM}/mcp/v1")),
    Variable("WECHAT_MCP_API_KEY", _MCP, secret=True),
    Variable("WECHAT_MCP_MERCHANT_ID", _MCP),
    Variable("WECHAT_MCP_PRIVATE_KEY", _MCP, secret=True),
    Variable("WECHAT_MCP_PUBLIC_KEY", _MCP),
    Variable(
        "WECHAT_MCP_EXPERIENCE",
        _write("true", "for the experience edition; false for production"),
    ),
    Variable(
        "WECHAT_MCP_DIALECT",
        _write(_SPOKEN, "probed when absent", optional=True),
        Presence.OPTIONAL,
    ),
    Variable("WECHAT_PAY_APP_ID", _portal("产品中心 → AppID账号管理")),
    Variable("WECHAT_PAY_MCH_ID", _portal("账户中心 → 商户信息")),
    Variable("WECHAT_PAY_API_KEY", _SECURITY, secret=True),
    Variable(
        "WECHAT_PAY_SANDBOX",
        "write the same as WECHAT_MCP_EXPERIENCE; API v3 itself has no sandbox",
    ),
    Variable("WECHAT_PAY_APIV3_KEY", _SECURITY, secret=True),
    Variable("WECHAT_PAY_CERT_SERIAL", _SECURITY),
    Variable("WECHAT_PAY_PRIVATE_KEY", _file("apiclient_key.pem"), secret=True),
    Variable("WECHAT_PAY_PUBLIC_KEY_ID", _SECURITY),
    Variable("WECHAT_PAY_PUBLIC_KEY", _file("pub_key.pem")),
    Variable(
        "WECHAT_PAY_NOTIFY_URL",
        "write the full https address of your payment callback, without a query",
    ),
    Variable("WECHAT_PAY_BASE_URL", _write(_PLATFORM, optional=True), Presence.OPTIONAL),
    Variable(
        "MCP_EXPERIENCE_MODE",
        "write the same as WECHAT_MCP_EXPERIENCE",
    ),
    Variable("MCP_TIMEOUT", _write("15000", "milliseconds")),
    Variable("MCP_RETRY_COUNT", _write("3", "attempts in all")),
    Variable(
        "MCP_MAX_AMOUNT",
        _write("10000", "limit of one payment in fen: ¥100"),
        Presence.PRODUCTION,
    ),
    Variable(
        "MCP_DAILY_LIMIT",
        _write("1000000", "limit of a day in fen: ¥10,000"),
        Presence.PRODUCTION,
    ),
    _alipay("ALIPAY_APP_ID", _console("控制台 → 应用 → APPID")),
    _alipay("ALIPAY_SELLER_ID", _console("控制台 → 账号中心 → PID (2088…)")),
    _alipay(
        "ALIPAY_PRIVATE_KEY", "write your application's private key (应用私钥), or its path", secret=True
    ),
    _alipay("ALIPAY_PUBLIC_KEY", _console("开发设置 → 接口加签方式 → 支付宝公钥")),
    _alipay("ALIPAY_NOTIFY_URL", "write the full address of your Alipay callback, without a query"),
    _alipay("ALIPAY_RETURN_URL", "write where a payer comes back to, or delete the line", Presence.OPTIONAL),
    _alipay("ALIPAY_GATEWAY", _write(ALIPAY_GATEWAY, optional=True), Presence.OPTIONAL),
    _alipay("ALIPAY_GATEWAY_URL", "write the same as ALIPAY_GATEWAY, or delete the line", Presence.OPTIONAL),
    _alipay(
        "ALIPAY_MCP_ENDPOINT",
        "write the address of Alipay's MCP endpoint, or delete the line",
        Presence.OPTIONAL,
    ),
    _alipay(
        "ALIPAY_MCP_API_KEY", "write the key that opens ALIPAY_MCP_ENDPOINT", Presence.OPTIONAL, secret=True
    ),
    _alipay("ALIPAY_MCP_MERCHANT_ID", "write the same as ALIPAY_SELLER_ID", Presence.OPTIONAL),
    _alipay("ALIPAY_MCP_EXPERIENCE", "write the same as WECHAT_MCP_EXPERIENCE", Presence.OPTIONAL),
    _alipay(
        "ALIPAY_MCP_DIALECT",
        _write(_ALIPAY_SPOKEN, "probed when absent", optional=True),
        Presence.OPTIONAL,
    ),
    _alipay("ALIPAY_APP_CERT", _certificate("appCertPublicKey_….crt"), Presence.OPTIONAL),
    _alipay("ALIPAY_CERT", _certificate("alipayCertPublicKey_RSA2.crt"), Presence.OPTIONAL),
    _alipay("ALIPAY_ROOT_CERT", _certificate("alipayRootCert.crt"), Presence.OPTIONAL),
    Variable(
        "GOLIVE_LEVERS_URL",
        "write the address the simulator prints, or delete the line",
        Presence.OPTIONAL,
    ),
    Variable(
        "GOLIVE_LEVERS_TOKEN",
        "write the token the simulator prints, or delete the line",
        Presence.OPTIONAL,
        secret=True,
    ),
    Variable(
        "GOLIVE_TEST_OPENID",
        "write a test user's openid, or delete the line",
        Presence.OPTIONAL,
    ),
)

BY_NAME: dict[str, Variable] = {variable.name: variable for variable in VARIABLES}

_SECRET_NAME = re.compile(r"SECRET|PASSWORD|PASSWD|TOKEN|APIKEY|(?<!PUBLIC)_KEY$")


def is_secret(name: str) -> bool:
    """Whether the value behind a name must never be shown: one of ours, or any name that sounds like it."""
    known = BY_NAME.get(name)
    return known.secret if known else bool(_SECRET_NAME.search(name.upper()))


def is_key(name: str) -> bool:
    """Whether a variable holds a key or a certificate, which may be several lines or the path of a file."""
    return name.endswith(("PRIVATE_KEY", "PUBLIC_KEY")) or name in ALIPAY_CERTIFICATES
