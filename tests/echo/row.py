"""The row of the dialect and of its form of callbacks."""

from __future__ import annotations

from harness.core.control import Text
from harness.core.dialects import CallbackForm, DialectSpec, Operation, register, register_callbacks
from harness.core.payment import Product, Provider


def register_echo() -> None:
    """Put both into the table."""
    register_callbacks(
        CallbackForm(
            id="echo",
            package="tests.echo.callbacks",
            control="CBK-02",
            says_fail=True,
            reader="tests.echo.reader:open_reader",
        )
    )
    register(
        DialectSpec(
            id="echo",
            provider=Provider.WECHAT,
            title=Text.of("回声：一行 JSON", "Echo: one line of JSON"),
            classic=False,
            operations=frozenset({Operation.CREATE, Operation.QUERY, Operation.CLOSE}),
            products=(Product.NATIVE,),
            callbacks="echo",
            settings=("WECHAT_MCP_ENDPOINT", "WECHAT_PAY_APIV3_KEY"),
            experience=True,
            gateway="tests.echo.gateway:open_gateway",
            wire="tests.echo.wire:open_wire",
            load_wire="tests.echo.load_wire:LoadWire",
        )
    )
