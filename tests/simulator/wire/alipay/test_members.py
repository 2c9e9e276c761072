"""A method reads the business members that it says it takes, and refuses without one that it demands."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from harness.simulator.wire.alipay.call import Call, Operation
from harness.simulator.wire.alipay.errors import AlipayRefusal
from harness.simulator.wire.alipay.orders import Orders, order_members
from harness.simulator.wire.alipay.routes import PAGES, AlipayWire
from tests.simulator.alipay_side import NUMBER, AlipaySide

BIZ = {
    "alipay.trade.precreate": {"out_trade_no": "NEW1", "total_amount": "1.00", "subject": "龙井"},
    "alipay.trade.create": {"out_trade_no": "NEW2", "total_amount": "1.00", "subject": "龙井"},
    "alipay.trade.query": {"out_trade_no": NUMBER},
    "alipay.trade.close": {"out_trade_no": NUMBER},
    "alipay.trade.cancel": {"out_trade_no": NUMBER},
    "alipay.trade.refund": {"out_trade_no": NUMBER, "refund_amount": "1.00", "out_request_no": "R2"},
    "alipay.trade.fastpay.refund.query": {"out_trade_no": NUMBER, "out_request_no": "R1"},
    "alipay.data.dataservice.bill.downloadurl.query": {"bill_type": "trade", "bill_date": "2026-01-01"},
    "alipay.open.app.alipaycert.download": {"alipay_cert_sn": "0" * 32},
}


class Read(dict[str, Any]):
    """Business members that remember what was asked of them."""

    def __init__(self, given: dict[str, Any]) -> None:
        super().__init__(given)
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


@pytest.fixture
def wire(alipay: AlipaySide) -> AlipayWire:
    """Of a platform that has a trade which was paid, and given back in part."""
    alipay.create()
    alipay.pay()
    alipay.refund("1.00", "R1")
    wires = alipay.merchant.simulator.wires.values()
    return next(each for each in wires if isinstance(each, AlipayWire))


def perform(operation: Operation, biz: dict[str, Any], wire: AlipayWire, alipay: AlipaySide) -> None:
    async def performed() -> None:
        await operation.perform(Call(wire.context.merchant, biz=biz))

    alipay.merchant.runner.run(performed())


def test_every_method_reads_what_it_says_and_demands_what_it_says(
    wire: AlipayWire, alipay: AlipaySide
) -> None:
    assert wire._operations.keys() == BIZ.keys()
    for method, operation in wire._operations.items():
        given = {"enable_pay_channels": "balance", "buyer_id": alipay.identity.buyer_id, **BIZ[method]}
        biz = Read(given)
        with suppress(AlipayRefusal):
            perform(operation, biz, wire, alipay)
        assert biz.asked == {each.name for each in (*operation.demands, *operation.takes)}, method
        for each in operation.demands:
            without = {name: value for name, value in given.items() if name != each.name}
            with pytest.raises(AlipayRefusal):
                perform(operation, without, wire, alipay)


def test_a_page_reads_what_it_says(wire: AlipayWire) -> None:
    orders = Orders(wire.context)
    for method, sold in PAGES.items():
        demands, takes = order_members(sold)
        number = method.replace(".", "_")
        named = {"out_trade_no": number, "total_amount": "1.00", "subject": "龙井"}
        biz = Read({**named, "product_code": sold.codes[0], "enable_pay_channels": "balance"})
        orders.intend(Call(wire.context.merchant, method=method, biz=biz), sold)
        assert biz.asked == {each.name for each in (*demands, *takes)}
