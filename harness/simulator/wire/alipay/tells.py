"""How every wire whose orders are called back in Alipay's own form tells of them (facts alipay 3.2)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.wire.alipay import notices
from harness.simulator.wire.kit.wire import Merchant, Wire, WireContext


class TellsAsAlipay(Wire):
    """A wire that Alipay's notifies belong to."""

    context: WireContext

    def told(self, order: PlatformOrder) -> Mapping[str, object]:
        """A notify of a payment; of a trade that nobody paid, that it is closed."""
        return notices.trade_notice(order, self._owner(order.request.mchid).identity.alipay)

    def over_told(self, order: PlatformOrder) -> Mapping[str, object]:
        """A notify that nobody paid in time, or that nothing can be given back any more."""
        identity = self._owner(order.request.mchid).identity.alipay
        if order.success_time is None:
            return notices.trade_notice(order, identity)
        return notices.finished_notice(order, identity)

    def refund_told(self, refund: PlatformRefund) -> Mapping[str, object]:
        """A notify of what was given back."""
        owner = self._owner(refund.request.mchid)
        order = owner.alipay.find(refund.out_trade_no)
        return notices.refund_notice(order, refund, owner.identity.alipay)

    def _owner(self, seller_id: str) -> Merchant:
        return owner_on_alipay(self.context, seller_id)


def owner_on_alipay(context: WireContext, seller_id: str) -> Merchant:
    """The merchant whom Alipay's platform calls so."""
    return next(each for each in context.merchants.values() if each.alipay.mchid == seller_id)
