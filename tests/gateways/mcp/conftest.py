"""A payment service of the Model Context Protocol behind a line that can be disturbed, and gateways to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.core.exchange import Exchange
from harness.gateways.mcp.gateway import Era, McpGateway
from harness.gateways.mcp.mapping import WeChatTools
from tests.gateways.mcp_settings import mcp_settings
from tests.gateways.payment_service import (
    APPID,
    Disturbance,
    Service,
    disturbed,
    payment_service,
)

Build = Callable[..., McpGateway]


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def line(service: Service) -> Iterator[Disturbance]:
    with payment_service(service) as base_url, disturbed(base_url) as disturbance:
        yield disturbance


@pytest.fixture
def build(
    line: Disturbance, merchant_key: RSAPrivateKey, platform_key: RSAPrivateKey, exchanges: list[Exchange]
) -> Iterator[Build]:
    """Builds gateways to the service, and closes them."""
    made: list[McpGateway] = []

    def new(*, era: Era = "auto", base_url: str = line.base_url, **members: Any) -> McpGateway:
        settings = mcp_settings(base_url, merchant_key, platform_key, **members)
        made.append(McpGateway(settings, tools=WeChatTools(APPID), listeners=(exchanges.append,), era=era))
        return made[-1]

    yield new
    for gateway in made:
        gateway.close_connections()


@pytest.fixture
def gateway(build: Build) -> McpGateway:
    return build()


def only_calls(line: Disturbance) -> None:
    """Let the handshake by."""
    line.applies = lambda request: request.called == "tools/call"
