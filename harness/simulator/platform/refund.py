"""One refund on the platform's side: what was asked for, where it goes, what became of it (facts 3.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from harness.core.money import Fen
from harness.core.payment import RefundStatus
from harness.levers.models import Delivery, RefundAudit

PURSE = "支付用户零钱"
"""Whose account the money arrives on: every simulated payer paid out of it."""
CARD = "招商银行借记卡0403"
MERCHANT_BANK = "商户结算银行账户"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """A refund as a wire understood it. Amounts in fen; an order is named by one of its two numbers."""

    mchid: str
    out_refund_no: str
    refund: int
    total: int | None
    """The order's, as the merchant remembers it; None: it names none."""
    out_trade_no: str | None = None
    transaction_id: str | None = None
    reason: str = ""
    notify_url: str | None = ""
    """Empty: nobody is told how it ends; None: who is told of the order is."""
    by_agent: bool = False
    """Whether it is asked for on a wire that agents use, which has ceilings of its own."""
    funds_account: str = "AVAILABLE"
    sources: Sequence[Mapping[str, Any]] = ()
    """`amount.from`, told back as it came."""
    goods_detail: Sequence[Mapping[str, Any]] = ()
    dialect: str = ""
    ends: RefundStatus = RefundStatus.SUCCESS
    """What shall become of it in time; PROCESSING: it stays that until somebody ends it."""


@dataclass(slots=True, kw_only=True)
class PlatformRefund:
    """The state of one refund. Changed only under the platform's lock; moments are business time."""

    request: RefundRequest
    refund_id: str
    out_trade_no: str
    transaction_id: str
    created: datetime
    ends: RefundStatus
    """What becomes of it in time; PROCESSING: nothing does."""
    payer_total: int
    """Of the order: what its payer gave."""
    coupon_total: int
    """Of the order: what a coupon gave."""
    payer_refund: int
    """Fen that go back to the purse; the rest of the refund is the coupon's."""
    status: RefundStatus = RefundStatus.PROCESSING
    due: datetime | None = None
    """When it ends by itself; None: it does not."""
    success_time: datetime | None = None
    channel: str = "ORIGINAL"
    received_by: str = PURSE
    redirected: bool = False
    """Whether an abnormal refund was sent another way."""
    times_asked: int = 1
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Fen that the order was worth."""
        return self.payer_total + self.coupon_total

    @property
    def refund(self) -> int:
        """Fen that this part gives back."""
        return self.request.refund

    @property
    def discount_refund(self) -> int:
        """Fen of it that were a coupon's."""
        return self.refund - self.payer_refund

    @property
    def counts(self) -> bool:
        """Whether it takes from what can still be refunded: a closed one gave it back."""
        return self.status is not RefundStatus.CLOSED

    def audit(self) -> RefundAudit:
        """Everything known of it."""
        return RefundAudit(
            out_refund_no=self.request.out_refund_no,
            refund_id=self.refund_id,
            status=self.status.value,
            refund=Fen(self.refund),
            payer_refund=Fen(self.payer_refund),
            reason=self.request.reason,
            notify_url=self.request.notify_url or "",
            channel=self.channel,
            user_received_account=self.received_by,
            accepted=self.created,
            success_time=self.success_time,
            times_asked=self.times_asked,
            deliveries=tuple(self.deliveries),
        )
