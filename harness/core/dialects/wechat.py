"""The dialects of WeChat Pay, and the forms in which it calls back."""

from __future__ import annotations

from harness.core.control import Text
from harness.core.dialects.spec import ALL_PRODUCTS, ORDERS, CallbackForm, DialectSpec, Operation, Telling
from harness.core.payment import Provider
from harness.core.redelivery import ENVELOPE

_MCP_SETTINGS = (
    "WECHAT_MCP_ENDPOINT",
    "WECHAT_MCP_API_KEY",
    "WECHAT_MCP_MERCHANT_ID",
    "WECHAT_MCP_PRIVATE_KEY",
    "WECHAT_MCP_PUBLIC_KEY",
)

FORMS = (
    CallbackForm(
        id="apiv3",
        package="harness.callbacks.apiv3",
        control="CBK-02",
        says_fail=True,
        tells=frozenset(Telling),
        had_another=True,
        reader="harness.shop.callbacks.apiv3:open_reader",
    ),
    CallbackForm(
        id="envelope",
        package="harness.callbacks.envelope",
        control="CBK-17",
        says_fail=False,
        tells=frozenset({Telling.SIGNATURE, Telling.MOMENT}),
        reader="harness.shop.callbacks.envelope:open_reader",
        redelivery=ENVELOPE,
    ),
)

ROWS = (
    DialectSpec(
        id="mcp",
        provider=Provider.WECHAT,
        title=Text.of("MCP：模型上下文协议", "MCP: Model Context Protocol"),
        classic=False,
        operations=ORDERS | {Operation.HANDSHAKE, Operation.CLOSE},
        products=ALL_PRODUCTS,
        callbacks="apiv3",
        settings=_MCP_SETTINGS,
        experience=True,
        answers_tell=frozenset({Telling.ACCOUNT}),
        gateway="harness.gateways.mcp.gateway:open_gateway",
        wire="harness.simulator.wire.mcp.routes:open_wire",
        load_wire="load.users.mcp:LoadWire",
        drift="harness.drift.wires.mcp:open_wire",
    ),
    DialectSpec(
        id="envelope",
        provider=Provider.WECHAT,
        title=Text.of("信封：带签名的 REST", "Envelope: signed REST"),
        classic=False,
        operations=ORDERS,
        products=ALL_PRODUCTS,
        callbacks="envelope",
        settings=_MCP_SETTINGS,
        experience=True,
        answers_tell=frozenset({Telling.SIGNATURE, Telling.MOMENT, Telling.ACCOUNT}),
        gateway="harness.gateways.envelope.gateway:open_gateway",
        wire="harness.simulator.wire.envelope.routes:open_wire",
        load_wire="load.users.envelope:LoadWire",
        drift="harness.drift.wires.envelope:open_wire",
    ),
    DialectSpec(
        id="apiv3",
        provider=Provider.WECHAT,
        title=Text.of("传统接口：API v3", "Classic: API v3"),
        classic=True,
        operations=ORDERS | {Operation.QUERY_TRANSACTION, Operation.CLOSE, Operation.REFUND},
        products=ALL_PRODUCTS,
        callbacks="apiv3",
        settings=(
            "WECHAT_PAY_BASE_URL",
            "WECHAT_PAY_APP_ID",
            "WECHAT_PAY_MCH_ID",
            "WECHAT_PAY_APIV3_KEY",
            "WECHAT_PAY_CERT_SERIAL",
            "WECHAT_PAY_PRIVATE_KEY",
            "WECHAT_PAY_PUBLIC_KEY_ID",
            "WECHAT_PAY_PUBLIC_KEY",
            "WECHAT_PAY_NOTIFY_URL",
        ),
        experience=False,
        answers_tell=frozenset(Telling),
        bodiless=frozenset({"close"}),
        files=frozenset({"bill-download"}),
        gateway="harness.gateways.apiv3.gateway:open_gateway",
        wire="harness.simulator.wire.apiv3.routes:open_wire",
        load_wire="load.users.apiv3:LoadWire",
        drift="harness.drift.wires.apiv3:open_wire",
    ),
)
