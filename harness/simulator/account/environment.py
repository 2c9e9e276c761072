"""Every setting that makes a merchant a customer of one simulator."""

from __future__ import annotations

from harness.signing.keys import bare_private, bare_public
from harness.simulator.account.identity import Identity
from harness.simulator.levers import PREFIX

__all__ = ["environment"]


def environment(
    identity: Identity, *, base_url: str, notify_url: str, mcp_enabled: bool = True
) -> dict[str, str]:
    """The values by variable, as a merchant's `.env` file has them.

    Args:
        base_url: where the simulator answers, e.g. `http://127.0.0.1:8765`.
        notify_url: where the merchant wants its callbacks.
        mcp_enabled: whether the merchant is told to pay over MCP first; the classic API answers either way.
    """
    mcp = identity.mcp
    return {
        "PAYMENT_MCP_ENABLED": "true" if mcp_enabled else "false",
        "WECHAT_MCP_ENDPOINT": f"{base_url}/mcp/v1",
        "WECHAT_MCP_API_KEY": mcp.api_key,
        "WECHAT_MCP_MERCHANT_ID": identity.mchid,
        "WECHAT_MCP_PRIVATE_KEY": bare_private(mcp.private_key),
        "WECHAT_MCP_PUBLIC_KEY": bare_public(mcp.platform_key.public_key()),
        "WECHAT_MCP_EXPERIENCE": "true",
        "MCP_EXPERIENCE_MODE": "true",
        "MCP_TIMEOUT": "10000",
        "MCP_RETRY_COUNT": "3",
        "MCP_MAX_AMOUNT": "10000",
        "MCP_DAILY_LIMIT": "100000",
        "WECHAT_PAY_APP_ID": identity.appid,
        "WECHAT_PAY_MCH_ID": identity.mchid,
        "WECHAT_PAY_API_KEY": identity.api_key,
        "WECHAT_PAY_SANDBOX": "true",
        "WECHAT_PAY_APIV3_KEY": identity.apiv3_key,
        "WECHAT_PAY_CERT_SERIAL": identity.merchant_serial,
        "WECHAT_PAY_PRIVATE_KEY": bare_private(identity.merchant_key),
        "WECHAT_PAY_PUBLIC_KEY_ID": identity.public_key_id,
        "WECHAT_PAY_PUBLIC_KEY": bare_public(identity.public_key_private.public_key()),
        "WECHAT_PAY_NOTIFY_URL": notify_url,
        "WECHAT_PAY_BASE_URL": base_url,
        "JWT_SECRET": identity.jwt_secret,
        "GOLIVE_LEVERS_URL": f"{base_url}{PREFIX}",
        "GOLIVE_LEVERS_TOKEN": identity.levers_token,
        "GOLIVE_TEST_OPENID": identity.openid,
    }
