"""The hosts of the platforms themselves, which SDKs have built in."""

from __future__ import annotations

PLATFORM_HOSTS = ("api.mch.weixin.qq.com", "api2.mch.weixin.qq.com")
"""WeChat Pay's primary and backup host (facts 0.1)."""
ALIPAY_HOST = "openapi.alipay.com"
ALIPAY_SANDBOX_HOST = "openapi-sandbox.dl.alipaydev.com"
ALIPAY_OLD_SANDBOX_HOST = "openapi.alipaydev.com"
"""Its TLS certificate has expired, and several clients have it still hard-wired (facts alipay 0.1)."""
ALIPAY_HOSTS = (ALIPAY_HOST, ALIPAY_SANDBOX_HOST)
"""Alipay's own that may be asked: the real gateway, and the sandbox (facts alipay 0.1)."""

_DOMAINS = ("weixin.qq.com", "wechatpay.cn", "tenpay.com", "alipay.com", "alipaydev.com", "alipayobjects.com")


def is_a_platforms(host: str) -> bool:
    """Whether a host is in one of the platforms' own domains, be it one that SDKs ask or not."""
    name = host.rstrip(".").lower()
    return any(name == domain or name.endswith(f".{domain}") for domain in _DOMAINS)
