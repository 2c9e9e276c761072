"""The devices a payer may hold, as options of `browser.new_context(**PHONE)`.

The user agents are spelled out because merchants choose the way to pay by them (PAY-14), and headless
Chromium would say so in its own.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any, Final

_CHINA: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
_ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A.240805.005"
_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"

DESKTOP: Final[dict[str, Any]] = {
    **_CHINA,
    "viewport": {"width": 1440, "height": 900},
    "user_agent": f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/140.0.0.0 Safari/537.36",
}
"""A desk: pays by scanning a QR code with a phone."""

PHONE: Final[dict[str, Any]] = {
    **_CHINA,
    "viewport": {"width": 412, "height": 839},
    "device_scale_factor": 2.625,
    "is_mobile": True,
    "has_touch": True,
    "user_agent": f"{_ANDROID}) {_WEBKIT} Chrome/140.0.0.0 Mobile Safari/537.36",
}
"""A phone's own browser: pays by H5."""

WECHAT_PHONE: Final[dict[str, Any]] = {
    **PHONE,
    "user_agent": (
        f"{_ANDROID}; wv) {_WEBKIT} Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 "
        "XWEB/1300259 MMWEBSDK/20250904 MicroMessenger/8.0.62.2900(0x28003E3D) WeChat/arm64 "
        "Weixin NetType/WIFI Language/zh_CN ABI/arm64"
    ),
}
"""The browser inside WeChat, which says MicroMessenger: pays by JSAPI, and opens scanned codes."""

ALIPAY_PHONE: Final[dict[str, Any]] = {
    **PHONE,
    "user_agent": (
        f"{_ANDROID}; wv) {_WEBKIT} Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 "
        "AliApp(AP/10.7.20.8000) AlipayClient/10.7.20.8000 Language/zh-Hans useStatusBar/true"
    ),
}
"""The browser inside Alipay, which says AlipayClient: pays over its bridge, and opens scanned codes."""


def phone_at(client_ip: str) -> dict[str, Any]:
    """A phone's own browser on the network address `client_ip`, e.g. `203.0.113.7`.

    Everything runs on this machine, so the address travels as a local proxy would add it: X-Forwarded-For,
    which the reference shop and the simulated platform believe from loopback.

    Raises:
        ValueError: no IP address.
    """
    return {**PHONE, "extra_http_headers": {"X-Forwarded-For": str(ip_address(client_ip))}}
