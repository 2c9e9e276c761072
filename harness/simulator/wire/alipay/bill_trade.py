"""The bill of business (业务): a row a payment or refund, and the sums of shops (facts alipay 8.3, 8.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.core.money import Fen
from harness.simulator.wire.alipay.bill_text import END, NOTHING, TAB, Frame, free, moment, rule

COLUMNS = (
    *("支付宝交易号", "商户订单号", "业务类型", "商品名称", "创建时间", "完成时间", "门店编号", "门店名称"),
    *("操作员", "终端号", "对方账户", "订单金额（元）", "商家实收（元）", "支付宝红包（元）", "集分宝（元）"),
    *("支付宝优惠（元）", "商家优惠（元）", "券核销金额（元）", "券名称", "商家红包消费金额（元）"),
    *("卡消费金额（元）", "退款批次号/请求号", "服务费（元）", "分润（元）", "备注"),
)
SUMMARY = (
    *("门店编号", "门店名称", "交易订单总笔数", "退款订单总笔数", "订单金额（元）", "商家实收（元）"),
    *(
        "支付宝优惠（元）",
        "商家优惠（元）",
        "卡消费金额（元）",
        "服务费（元）",
        "分润（元）",
        "实收净额（元）",
    ),
)
PAYMENT, REFUND = "交易", "退款"
_BLANK = f"{TAB},{TAB},{TAB},{TAB}"
"""Neither shop nor operator nor terminal."""
_NO_DISCOUNTS = f"{NOTHING},{NOTHING},{NOTHING},{NOTHING},{NOTHING},,{NOTHING}{TAB},{NOTHING}"
_NO_FEE = f"{NOTHING},{NOTHING},"
"""The simulated platform takes none: its book has none either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A payment, or one part of it given back."""

    trade_no: str
    out_trade_no: str
    subject: str
    created: datetime
    """Of the trade, also in the row of a refund."""
    finished: datetime
    """When it was paid, or given back."""
    buyer: str
    """As bills show a payer: `*小海(gol***@sandbox.com)`."""
    amount: int
    """Fen, positive either way."""
    out_request_no: str | None = None
    """Of a refund; None: the payment itself."""


def trade_detail(frame: Frame, deals: Sequence[Deal]) -> Iterator[str]:
    """Its lines, each with its end; rows in the order of the deals."""
    yield frame.head(COLUMNS)
    for each in deals:
        yield _row(each)
    payments, paid, refunds, back = _sums(deals)
    yield frame.tail(
        frame.closing,
        f"#交易合计：{payments}笔，商家实收共{_yuan(paid)}元，商家优惠共{NOTHING}元",
        f"#退款合计：{refunds}笔，商家实收退款共{_yuan(-back)}元，商家优惠退款共{NOTHING}元",
    )


def trade_summary(frame: Frame, deals: Sequence[Deal]) -> Iterator[str]:
    """The same by shop, of which there is one without a name; its amounts are net of refunds."""
    yield frame.head(SUMMARY)
    payments, paid, refunds, back = _sums(deals)
    net = _yuan(paid - back)
    sums = f"{payments},{refunds},{net},{net},{NOTHING},{NOTHING},{NOTHING},{NOTHING},{NOTHING},{net}"
    if deals:
        yield f"{TAB},{TAB},{sums}{END}"
    yield f"合计,,{sums}{END}"
    yield frame.tail(rule(f"{frame.what}列表结束", before=40, after=37))


def _row(deal: Deal) -> str:
    refunded = deal.out_request_no is not None
    amount = _yuan(-deal.amount if refunded else deal.amount)
    return (
        f"{deal.trade_no}{TAB},{deal.out_trade_no}{TAB},{REFUND if refunded else PAYMENT}{TAB},"
        f"{free(deal.subject)},{moment(deal.created)},{moment(deal.finished)},{_BLANK},{deal.buyer}{TAB},"
        f"{amount},{amount},{_NO_DISCOUNTS},{deal.out_request_no or ''}{TAB},{_NO_FEE}{END}"
    )


def _sums(deals: Sequence[Deal]) -> tuple[int, int, int, int]:
    """How many payments and how much, how many refunds and how much."""
    paid = [each.amount for each in deals if each.out_request_no is None]
    back = [each.amount for each in deals if each.out_request_no is not None]
    return len(paid), sum(paid), len(back), sum(back)


def _yuan(fen: int) -> str:
    return Fen(fen).yuan
