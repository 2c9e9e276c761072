"""The parts of one simulator that levers move, and the console's buttons after them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from harness.core.clock import BusinessClock
from harness.levers.models import OrderAudit
from harness.simulator.cashier.payments import Payments
from harness.simulator.faults.absent import Present
from harness.simulator.faults.rules import FaultBook
from harness.simulator.https_door import HttpsDoor
from harness.simulator.levers.holders import Holders
from harness.simulator.notifier.refund_news import RefundNews
from harness.simulator.notifier.schedule import Notifier
from harness.simulator.notifier.trade_news import TradeNews
from harness.simulator.platform.merchant_account import MerchantAccount
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.platform import Platform
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.signatures.refused import RefusedSignatures
from harness.simulator.wire.kit.wire import Merchant

OpenAccount = Callable[[str, str, bool, str | None], Awaitable[dict[str, str]]]
"""Opens another merchant account: base URL, notify_url and whether it is of the experience edition."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Levers:
    """What `levers.routes` serves."""

    platform: Platform
    merchants: Mapping[str, Merchant]
    clock: BusinessClock
    faults: FaultBook
    notifier: Notifier
    refund_news: RefundNews
    trade_news: TradeNews
    payments: Payments
    told: Callable[[PlatformOrder], Mapping[str, object]]
    refund_told: Callable[[PlatformRefund], Mapping[str, object]]
    open_account: OpenAccount
    door: HttpsDoor | None
    refused: RefusedSignatures
    present: Present

    @property
    def holders(self) -> Holders:
        """Whose orders they are."""
        return Holders(self.platform, self.merchants)

    def audit(self, account: MerchantAccount, number: str) -> OrderAudit:
        """Everything that happened to an order, requests with a refused signature among it."""
        audit = account.audit(number)
        refused = tuple(each.event() for each in self.refused.about(number, account.mchid))
        if not refused:
            return audit
        events = tuple(sorted((*audit.events, *refused), key=lambda each: each.at))
        return audit.model_copy(update={"events": events})
