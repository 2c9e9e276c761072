"""The fund-flow bill: a row per change of the balance, and their sums (facts 3.8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from harness.core.clock import BEIJING
from harness.simulator.platform.days import Movement
from harness.simulator.wire.kit.bill_text import IN_FUND_FLOW, header, moment, values, yuan

COLUMNS = [
    *("记账时间", "微信支付业务单号", "资金流水单号", "业务名称", "业务类型", "收支类型", "收支金额(元)"),
    *("账户结余(元)", "资金变更提交申请人", "备注", "业务凭证号"),
]
SUMMARY = ["资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额"]
BUSINESS: Mapping[str, tuple[str, str]] = {
    "settlement": ("交易", "交易"),
    "refund-accepted": ("退款", "退款"),
    "refund-closed": ("退款", "退款关闭"),
    "withdrawal": ("充值/提现", "提现"),
    "top-up": ("充值/提现", "充值"),
}
"""By why the book moved money: name and kind of the business."""
INCOME, OUTGO = "收入", "支出"
_ALIKE = ("", "")


def fund_flow_bill(mchid: str, movements: Sequence[Movement]) -> Iterator[str]:
    """Its lines, each with its end; amounts have no sign."""
    yield header(COLUMNS)
    income = outgo = incomes = 0
    for each in movements:
        if each.income:
            income, incomes = income + int(each.entry.amount), incomes + 1
        else:
            outgo += int(each.entry.amount)
        yield values(_row(mchid, each))
    yield header(SUMMARY)
    count = len(movements)
    yield values([str(count), str(incomes), yuan(income), str(count - incomes), yuan(outgo)])


def _row(mchid: str, movement: Movement) -> list[str]:
    entry, order, refund = movement.entry, movement.order, movement.refund
    name, kind = BUSINESS.get(entry.reason, (entry.reason, entry.reason))
    if refund is not None:
        number, voucher = refund.refund_id, refund.request.out_refund_no
    else:
        number, voucher = (order.transaction_id or "", order.out_trade_no) if order is not None else _ALIKE
    running = f"{mchid}{entry.at.astimezone(BEIJING):%Y%m%d}{movement.number:010d}"
    return [
        moment(entry.at),
        number or running,
        running,
        name,
        kind,
        INCOME if movement.income else OUTGO,
        yuan(int(entry.amount)),
        yuan(movement.balance),
        f"{mchid}API" if entry.reason == "refund-accepted" else "system",
        ("" if refund is None else refund.request.reason).translate(IN_FUND_FLOW),
        voucher.translate(IN_FUND_FLOW),
    ]
