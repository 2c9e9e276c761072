"""The bill of the balance (账务): a row a movement, and sums by kind (facts alipay 8.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.core.money import Fen
from harness.simulator.wire.alipay.bill_text import END, NOTHING, TAB, Frame, free, moment

COLUMNS = (
    *("账务流水号", "业务流水号", "商户订单号", "商品名称", "发生时间", "对方账号", "收入金额（+元）"),
    *("支出金额（-元）", "账户余额（元）", "交易渠道", "业务类型", "备注", "业务描述", "业务账单来源"),
    *("业务基础订单号", "业务订单号"),
)
"""The twelve of the older form, and the four that the newer one adds."""
SUMMARY = ("类型", "收入笔数", "收入金额（+元）", "支出笔数", "支出金额（-元）", "总金额（元）")
CHANNEL = "支付宝"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What changed the balance of the merchant's account."""

    number: str
    trade_no: str
    """Empty where the merchant moved money itself; the next two as well."""
    out_trade_no: str
    subject: str
    at: datetime
    buyer: str
    amount: int
    """Fen, above nothing for income, below for an expense."""
    balance: int
    """Fen after it."""
    kind: str
    """`在线支付`, `退款（交易退款）`, `提现`, `转账`, `其它`."""


def funds_detail(frame: Frame, flows: Sequence[Flow]) -> Iterator[str]:
    """Its lines, each with its end; expenses are negative."""
    yield frame.head(COLUMNS)
    for each in flows:
        income, expense = (_yuan(each.amount), "") if each.amount > 0 else ("", _yuan(each.amount))
        yield (
            f"{each.number}{TAB},{each.trade_no}{TAB},{each.out_trade_no}{TAB},{free(each.subject)},"
            f"{moment(each.at)},{each.buyer}{TAB},{income},{expense},{_yuan(each.balance)},{CHANNEL},"
            f"{each.kind},,,,{each.trade_no}{TAB},{each.trade_no}{TAB}{END}"
        )
    incomes = [each.amount for each in flows if each.amount > 0]
    expenses = [each.amount for each in flows if each.amount <= 0]
    yield frame.tail(
        frame.closing,
        f"#支出合计：{len(expenses)}笔，共{_yuan(sum(expenses))}元",
        f"#收入合计：{len(incomes)}笔，共{_yuan(sum(incomes))}元",
    )


def funds_summary(frame: Frame, flows: Sequence[Flow]) -> Iterator[str]:
    """The same by kind."""
    yield frame.head(SUMMARY)
    by_kind: dict[str, list[int]] = defaultdict(list)
    for each in flows:
        by_kind[each.kind].append(each.amount)
    for kind, amounts in by_kind.items():
        yield _summed(kind, amounts)
    yield _summed("合计", [each.amount for each in flows])
    yield frame.tail(frame.closing)


def _summed(kind: str, amounts: Sequence[int]) -> str:
    incomes = [each for each in amounts if each > 0]
    expenses = [each for each in amounts if each <= 0]
    return (
        f"{kind},{len(incomes)},{_yuan(sum(incomes)) if incomes else NOTHING},"
        f"{len(expenses)},{_yuan(sum(expenses)) if expenses else NOTHING},{_yuan(sum(amounts))}{END}"
    )


def _yuan(fen: int) -> str:
    return Fen(fen).yuan
