"""The dialects of Alipay, and the form in which it calls back."""

from __future__ import annotations

from harness.core.control import Text
from harness.core.dialects.spec import ALL_PRODUCTS, ORDERS, CallbackForm, DialectSpec, Operation, Telling
from harness.core.payment import Product, Provider
from harness.core.redelivery import ALIPAY

_MCP_SETTINGS = (
    "ALIPAY_MCP_ENDPOINT",
    "ALIPAY_MCP_API_KEY",
    "ALIPAY_MCP_MERCHANT_ID",
    "ALIPAY_APP_ID",
    "ALIPAY_PRIVATE_KEY",
    "ALIPAY_PUBLIC_KEY",
)

FORMS = (
    CallbackForm(
        id="alipay",
        package="harness.callbacks.alipay",
        control="CBK-02",
        says_fail=False,  # whatever is not `success` is a refusal, and nothing reads more of it
        tells=frozenset({Telling.SIGNATURE, Telling.MOMENT, Telling.ACCOUNT}),
        reader="harness.shop.callbacks.alipay:open_reader",
        redelivery=ALIPAY,
    ),
)

ROWS = (
    DialectSpec(
        id="alipay-mcp",
        provider=Provider.ALIPAY,
        title=Text.of("支付宝 MCP：模型上下文协议", "Alipay MCP: Model Context Protocol"),
        classic=False,
        operations=ORDERS | {Operation.HANDSHAKE},
        products=(Product.H5, Product.PAGE),
        callbacks="alipay",
        settings=_MCP_SETTINGS,
        experience=False,
        answers_tell=frozenset(),
        gateway="harness.gateways.mcp.gateway:open_alipay_gateway",
        wire="harness.simulator.wire.alipay_mcp.routes:open_wire",
        load_wire="load.users.alipay_mcp:LoadWire",
        sampled=True,
    ),
    DialectSpec(
        id="alipay-envelope",
        provider=Provider.ALIPAY,
        title=Text.of("支付宝信封：带签名的 REST", "Alipay envelope: signed REST"),
        classic=False,
        operations=ORDERS,
        products=(Product.NATIVE, Product.H5),
        callbacks="envelope",
        settings=_MCP_SETTINGS,
        experience=False,
        answers_tell=frozenset({Telling.SIGNATURE, Telling.MOMENT, Telling.ACCOUNT}),
        gateway="harness.gateways.envelope.gateway:open_alipay_gateway",
        wire="harness.simulator.wire.alipay_envelope.routes:open_wire",
        load_wire="load.users.alipay_envelope:LoadWire",
        sampled=True,
    ),
    DialectSpec(
        id="alipay",
        provider=Provider.ALIPAY,
        title=Text.of("支付宝开放平台：网关", "Alipay: open platform gateway"),
        classic=True,
        operations=ORDERS | {Operation.QUERY_TRANSACTION, Operation.CLOSE, Operation.REFUND},
        products=(*ALL_PRODUCTS, Product.PAGE),
        callbacks="alipay",
        settings=(
            "ALIPAY_GATEWAY",
            "ALIPAY_APP_ID",
            "ALIPAY_PRIVATE_KEY",
            "ALIPAY_PUBLIC_KEY",
            "ALIPAY_SELLER_ID",
            "ALIPAY_NOTIFY_URL",
            "ALIPAY_RETURN_URL",
        ),
        experience=False,
        answers_tell=frozenset({Telling.SIGNATURE, Telling.SERIAL}),
        files=frozenset({"bill-download"}),
        gateway="harness.gateways.alipay.gateway:open_gateway",
        wire="harness.simulator.wire.alipay.routes:open_wire",
        load_wire="load.users.alipay:LoadWire",
        drift="harness.drift.wires.alipay:open_wire",
    ),
)
