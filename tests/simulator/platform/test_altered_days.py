"""What a bill tells in place of what happened, where a test wants it to."""

from __future__ import annotations

from datetime import UTC, datetime

from harness.core.money import Fen
from harness.core.payment import Product, RefundStatus
from harness.levers.models import BillChange
from harness.simulator.platform.altered_days import altered
from harness.simulator.platform.days import Trade
from harness.simulator.platform.orders import Handle, OrderRequest, PlatformOrder
from harness.simulator.platform.refund import PlatformRefund, RefundRequest
from harness.simulator.wire.kit.bill_text import moved
from harness.simulator.wire.kit.trade_bill import TradeBill, trade_bill

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def order(number: str, total: int) -> PlatformOrder:
    request = OrderRequest(
        mchid="1900000001",
        appid="wx1",
        product=Product.NATIVE,
        out_trade_no=number,
        total=total,
        notify_url="",
        parameters={},
    )
    return PlatformOrder(
        request=request,
        created=NOW,
        closes_at=NOW,
        payable_until=NOW,
        handle=Handle(dies=NOW, prepay_id="p"),
        transaction_id="42",
        success_time=NOW,
    )


def trades() -> list[Trade]:
    paid = order("paid", 1990)
    request = RefundRequest(mchid="1900000001", out_refund_no="back", refund=990, total=1990)
    refund = PlatformRefund(
        request=request,
        refund_id="503",
        out_trade_no="paid",
        transaction_id="42",
        created=NOW,
        ends=RefundStatus.SUCCESS,
        payer_total=1990,
        coupon_total=0,
        payer_refund=990,
    )
    return [Trade(NOW, paid), Trade(NOW, order("other", 500)), Trade(NOW, paid, refund)]


def told(change: BillChange) -> list[tuple[str, int]]:
    return [
        (each.refund.request.out_refund_no, each.refund.refund)
        if each.refund is not None
        else (each.order.out_trade_no, int(each.order.total))
        for each in altered(trades(), change)
    ]


def test_rows_are_left_out_made_up_and_changed_and_nothing_else() -> None:
    assert told(BillChange()) == [("paid", 1990), ("other", 500), ("back", 990)]
    assert told(BillChange(lacks=frozenset({"other", "back"}))) == [("paid", 1990)]
    changed = BillChange(adds={"nobody": Fen(7)}, amounts={"paid": Fen(1991), "back": Fen(989)})
    assert told(changed) == [("paid", 1991), ("other", 500), ("back", 989), ("nobody", 7)]


def test_the_orders_themselves_stay_as_they_were() -> None:
    before = trades()
    altered(before, BillChange(amounts={"paid": Fen(1), "back": Fen(1)}))
    assert before[0].order.total == Fen(1990)
    assert before[2].refund is not None
    assert before[2].refund.refund == 990


def test_the_sums_are_those_of_the_rows_it_tells() -> None:
    lines = list(trade_bill(TradeBill.ALL, altered(trades(), BillChange(lacks=frozenset({"other"})))))
    assert lines[-1] == "`2,`19.90,`9.90,`0.00,`0.00,`19.90,`9.90\n"


def test_moved_columns_keep_name_and_cell_together() -> None:
    lines = list(trade_bill(TradeBill.ALL, trades()))
    other = list(moved(lines))
    names, cells = (line.removesuffix("\n").split(",") for line in (lines[0], lines[1]))
    names_then, cells_then = (line.removesuffix("\n").split(",") for line in (other[0], other[1]))
    assert names_then == ["新增列", *reversed(names)]
    assert dict(zip(names_then, cells_then, strict=True)) == {
        **dict(zip(names, cells, strict=True)),
        "新增列": "`0",
    }
