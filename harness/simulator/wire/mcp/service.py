"""What differs between the endpoints of one protocol: where each is, whose tools it has, what opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.simulator.account.identity import Identity
from harness.simulator.platform.merchant_account import MerchantAccount
from harness.simulator.wire.kit.wire import Merchant, WireContext
from harness.simulator.wire.mcp.toolset import ToolSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One provider's payments over the Model Context Protocol."""

    path: str
    """Exactly there it is spoken."""
    name: str
    """What the wire is called, in a word or two."""
    server: str
    """What the server calls itself in a handshake."""
    title: str
    instructions: str
    realm: str
    """What a stranger is told that a key is for."""
    account_of: Callable[[Merchant], MerchantAccount]
    """Whose orders its tools are about."""
    number_name: str
    """What its tools call the merchant's order number."""
    key_of: Callable[[Identity], str]
    """The API key that opens it."""
    settings: Callable[[Identity, str], dict[str, str]]
    """What a merchant's settings say of it, with the simulator's address."""
    open_tools: Callable[[WireContext], ToolSet]
