"""Alipay's endpoint in the envelope dialect: the envelope is everybody's, the operations are Alipay's."""

from __future__ import annotations

from collections.abc import Mapping

from harness.simulator.account.environment import ALIPAY_MCP, alipay_mcp_settings
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.wire.alipay.trade import trade_status
from harness.simulator.wire.alipay_envelope.operations import operations
from harness.simulator.wire.envelope.routes import Envelope
from harness.simulator.wire.envelope.service import Service
from harness.simulator.wire.kit.transaction import transaction
from harness.simulator.wire.kit.wire import Wire, WireContext

PREFIX = f"{ALIPAY_MCP}/"

ALIPAY = Service(
    prefix=PREFIX,
    name="Alipay envelope",
    shown=f"{PREFIX}alipay/payment/…",
    success="10000",
    number_of=lambda merchant: merchant.alipay.mchid,
    app_of=lambda identity: identity.alipay.app_id,
    api_key_of=lambda identity: identity.alipay.mcp_api_key,
    asked_by=lambda identity: identity.alipay.app_public_key,
    answered_by=lambda identity: identity.alipay.platform_key,
    settings=alipay_mcp_settings,
    operations=operations,
)


def open_wire(context: WireContext) -> Wire:
    """The envelope dialect of one simulator, with Alipay's operations."""
    return AlipayEnvelope(context, ALIPAY)


class AlipayEnvelope(Envelope):
    """The wire of one simulator, whose orders are called back in the envelope's form."""

    def told(self, order: PlatformOrder) -> Mapping[str, object]:
        """A payment, its state in Alipay's word."""
        return {**transaction(order), "trade_state": trade_status(order)}

    def over_told(self, order: PlatformOrder) -> None:
        """Nothing: a notify of this form tells of a payment or of a refund."""
