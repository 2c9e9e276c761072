"""Every setting that makes a merchant a customer of one simulator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.levers.models import LEVERS
from harness.signing.keys import bare_private, bare_public
from harness.simulator.account.identity import Identity
from harness.simulator.practices import DAY_LIMIT, SINGLE_LIMIT, Setting

ALIPAY_MCP = "/alipay/mcp/v1"
"""Where Alipay's MCP endpoint is; WeChat's is another, as the two hosts are in the world."""


def environment(
    identity: Identity,
    wires: Iterable[Mapping[str, str]],
    wrong: Mapping[str, Setting],
    *,
    base_url: str,
    mcp_enabled: bool = True,
) -> dict[str, str]:
    """The values by variable, as a merchant's `.env` file has them.

    Args:
        wires: what each wire wants to have said.
        wrong: settings that a defect hands out otherwise.
        base_url: where the simulator answers, e.g. `http://127.0.0.1:8765`.
        mcp_enabled: whether the merchant is told to pay over MCP first; the classic API answers either way.
    """
    values = {"PAYMENT_MCP_ENABLED": "true" if mcp_enabled else "false"}
    for settings in wires:
        values |= settings
    values |= {
        "WECHAT_MCP_EXPERIENCE": "true",
        "MCP_EXPERIENCE_MODE": "true",
        "MCP_TIMEOUT": "10000",
        "MCP_RETRY_COUNT": "3",
        "MCP_MAX_AMOUNT": str(SINGLE_LIMIT),
        "MCP_DAILY_LIMIT": str(DAY_LIMIT),
        "ALIPAY_MCP_EXPERIENCE": "true",
        "JWT_SECRET": identity.jwt_secret,
        "JWT_ACCESS_SECRET": identity.jwt_access_secret,
        "JWT_REFRESH_SECRET": identity.jwt_refresh_secret,
        "GOLIVE_LEVERS_URL": f"{base_url}{LEVERS}",
        "GOLIVE_LEVERS_TOKEN": identity.levers_token,
        "GOLIVE_TEST_OPENID": identity.openid,
    }
    own_key = bare_public(identity.merchant_key.public_key()) if wrong else ""
    return values | {name: spoil(values[name], own_key) for name, spoil in wrong.items()}


def mcp_settings(identity: Identity, base_url: str) -> dict[str, str]:
    """What every dialect of the MCP endpoint is spoken with."""
    return {
        "WECHAT_MCP_ENDPOINT": f"{base_url}/mcp/v1",
        "WECHAT_MCP_API_KEY": identity.mcp.api_key,
        "WECHAT_MCP_MERCHANT_ID": identity.mchid,
        "WECHAT_MCP_PRIVATE_KEY": bare_private(identity.mcp.private_key),
        "WECHAT_MCP_PUBLIC_KEY": bare_public(identity.mcp.platform_key.public_key()),
    }


def alipay_mcp_settings(identity: Identity, base_url: str) -> dict[str, str]:
    """What every dialect of Alipay's MCP endpoint is spoken with.

    It has no keys of its own: the application's sign, and Alipay's verify. A client of the plan's app that
    finds no endpoint here calls a host of the outside world (envelope facts 8).
    """
    return {
        "ALIPAY_MCP_ENDPOINT": f"{base_url}{ALIPAY_MCP}",
        "ALIPAY_MCP_API_KEY": identity.alipay.mcp_api_key,
        "ALIPAY_MCP_MERCHANT_ID": identity.alipay.seller_id,
    }
