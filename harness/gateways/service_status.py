"""What a merchant may tell its operators of the MCP side of its payments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatus:
    """Whether MCP is wanted, and which providers answer over it right now.

    `enabled` is the merchant's switch; `wechat` and `alipay` are what the endpoint said just now, so a
    switched-on service whose endpoint is away reads enabled and not wechat.
    """

    enabled: bool
    wechat: bool
    alipay: bool
    detail: str
    """One sentence for a person."""


WITHOUT_MCP = ServiceStatus(
    enabled=False,
    wechat=False,
    alipay=False,
    detail="MCP is switched off; the classic API takes payments",
)
"""Of a gateway to a provider's own API."""
