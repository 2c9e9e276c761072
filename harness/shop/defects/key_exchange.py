"""Wrong ways to go over to another key of the merchant account."""

from __future__ import annotations

import time
from typing import cast

from harness.core.errors import EnvironmentUnreachable
from harness.core.payment import Order, Prepared
from harness.gateways.protocol import PaymentGateway
from harness.settings.model import Settings
from harness.shop.placing import Placing
from harness.shop.renewable import Renewable

LOADS_S = 0.6


def reads_once(gateway: Renewable, settings: Settings) -> None:
    """The files were read when the shop began, and nobody looks at them again."""
    del gateway, settings


def stops_first(gateway: Renewable, settings: Settings) -> None:
    """Nothing is ordered while the new key is being loaded."""
    before = gateway.current

    def refuse(order: Order) -> Prepared:
        raise EnvironmentUnreachable(
            "the key is being exchanged", where=order.out_trade_no, remedy="order again in a moment"
        )

    gateway.current = cast("PaymentGateway", Placing(before, refuse))
    time.sleep(LOADS_S)
    gateway.renew(settings)
