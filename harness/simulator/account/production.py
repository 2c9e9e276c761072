"""The profile of production of the simulated merchant: what its settings become on the upgrade."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from harness.signing.keys import bare_private, bare_public, generate
from harness.simulator.practices import Setting

PLATFORM = "https://api.mch.weixin.qq.com"
_OFF = ("WECHAT_MCP_EXPERIENCE", "MCP_EXPERIENCE_MODE", "WECHAT_PAY_SANDBOX")


def production_profile_of(values: Mapping[str, str], wrong: Mapping[str, Setting]) -> dict[str, str]:
    """The experience edition's settings, switched over; the account and its own keys stay.

    Args:
        values: of the experience edition.
        wrong: what a defect leaves as it was, or says otherwise.
    """
    kept = {name: value for name, value in values.items() if not name.startswith(("GOLIVE_", "ALIPAY_"))}
    changed = {
        **dict.fromkeys(_OFF, "false"),
        "WECHAT_MCP_ENDPOINT": f"{PLATFORM}/mcp/v1",
        "WECHAT_PAY_BASE_URL": PLATFORM,
        "WECHAT_PAY_NOTIFY_URL": "https://shop.example.com/api/payment/notify/wechat",
        "WECHAT_PAY_PUBLIC_KEY_ID": "PUB_KEY_ID_0119000072912024101500",
        "WECHAT_MCP_API_KEY": secrets.token_hex(32),
        "WECHAT_MCP_PRIVATE_KEY": bare_private(generate()),
        "WECHAT_MCP_PUBLIC_KEY": bare_public(generate().public_key()),
        **{name: secrets.token_hex(32) for name in values if name.startswith("JWT_")},
    }
    return kept | changed | {name: spoil(values[name], "") for name, spoil in wrong.items()}
