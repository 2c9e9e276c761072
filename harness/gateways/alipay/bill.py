"""Reads Alipay's trade bill: a ZIP of GBK text, its columns found by name (facts alipay 8.2, 8.3).

Neither a signature nor a hash protects the file. What can be checked is checked: rows against the sums below
them, and against the day that was asked for.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NoReturn

from harness.core.bill import BilledPayment, BilledRefund, TradeBill
from harness.core.errors import TargetFailure
from harness.core.money import Fen

MAX_TEXT_BYTES = 256 * 1024 * 1024
"""Of one unpacked bill: more than half a million rows."""
MAX_ENTRIES = 16
CHARSET = "gb18030"
"""Reads whatever GBK writes."""
DETAIL = "_业务明细.csv"
"""How the name of the file with the rows ends; the other holds sums by shop."""
TIMED_OUT = "下载超时"
"""What stands in the page that an address leads to after its half minute."""

_SUBJECT, _PAYMENT, _REFUND = "商品名称", "交易", "退款"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_SUMS = re.compile(r"#(交易|退款)合计：([0-9]+)笔，商家实收(?:退款)?共(-?[0-9.]+)元")


def unpacked(archive: bytes) -> bytes:
    """The detail file of a downloaded archive.

    Raises:
        TargetFailure: the address had timed out, or this is no archive with such a file, or it is damaged or
            too large.
    """
    if not archive.startswith(b"PK"):
        if TIMED_OUT in archive[:1024].decode("utf-8", "replace") + archive[:1024].decode(CHARSET, "replace"):
            _refuse("the bill's address had timed out")
        _refuse("the bill is no ZIP archive")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            entries = opened.infolist()
            found = [each for each in entries if _name(each).endswith(DETAIL)]
            if len(entries) > MAX_ENTRIES or len(found) != 1:
                _refuse("the bill's archive does not hold one detail file")
            with opened.open(found[0]) as file:
                text = file.read(MAX_TEXT_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        _refuse("the bill's archive is damaged")
    if len(text) > MAX_TEXT_BYTES:
        _refuse("the bill is cut off or too large")
    return text


def open_bill(archive: bytes, day: date) -> TradeBill:
    """What a downloaded archive tells of a day.

    Raises:
        TargetFailure: as `unpacked` and `read_bill`.
    """
    return read_bill(unpacked(archive), day)


def read_bill(text: bytes, day: date) -> TradeBill:
    """Its rows, whatever columns there are beside those that are read. A refund's amount is positive here.

    Raises:
        TargetFailure: no bill, one of another day, or its sums are not those of its rows.
    """
    try:
        lines = [line.removesuffix("\r") for line in text.decode(CHARSET).split("\n")]
        _check_day(lines, day)
        payments: list[BilledPayment] = []
        refunds: list[BilledRefund] = []
        received = {_PAYMENT: 0, _REFUND: 0}
        for row in _rows(lines):
            received[row["业务类型"]] += _fen(row["商家实收（元）"])
            if row["业务类型"] == _PAYMENT:
                payments.append(_payment(row))
            else:
                refunds.append(_refund(row))
        told = {kind: (int(count), _fen(yuan)) for kind, count, yuan in _trailers(lines)}
    except (UnicodeDecodeError, ValueError, KeyError):
        _refuse("the bill cannot be read")
    if told != {
        _PAYMENT: (len(payments), received[_PAYMENT]),
        _REFUND: (len(refunds), received[_REFUND]),
    }:
        _refuse("the sums of the bill are not those of its rows")
    return TradeBill(day=day, payments=tuple(payments), refunds=tuple(refunds))


def _name(entry: zipfile.ZipInfo) -> str:
    """GBK, whatever the flag says: `zipfile` reads a name without one as code page 437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    return entry.filename.encode("cp437").decode(CHARSET, "replace")


def _check_day(lines: Sequence[str], day: date) -> None:
    if not any(line.startswith("#起始日期") and f"[{day:%Y年%m月%d日}" in line for line in lines[:8]):
        _refuse("the bill is of another day")


def _rows(lines: Sequence[str]) -> Iterator[Mapping[str, str]]:
    """The table between the `#` lines; its first line names the columns."""
    table = (line for line in lines if line and not line.startswith("#"))
    names = next(table, "").split(",")
    subject = names.index(_SUBJECT)
    for line in table:
        cells = [cell.strip() for cell in line.split(",")]
        if (surplus := len(cells) - len(names)) > 0:
            # Nothing is quoted: the merchant's own words are the one cell that may hold commas.
            cells[subject : subject + surplus + 1] = [",".join(cells[subject : subject + surplus + 1])]
        row = dict(zip(names, cells, strict=True))
        if not _MOMENT.fullmatch(row["创建时间"]) or not _MOMENT.fullmatch(row["完成时间"]):
            raise ValueError
        yield row


def _trailers(lines: Sequence[str]) -> list[tuple[str, str, str]]:
    return [(found[1], found[2], found[3]) for line in lines if (found := _SUMS.match(line))]


def _payment(row: Mapping[str, str]) -> BilledPayment:
    return BilledPayment(
        out_trade_no=row["商户订单号"],
        transaction_id=row["支付宝交易号"],
        total=_amount(row, sign=1),
    )


def _refund(row: Mapping[str, str]) -> BilledRefund:
    return BilledRefund(
        out_refund_no=row["退款批次号/请求号"],
        refund_id="",
        out_trade_no=row["商户订单号"],
        refund=_amount(row, sign=-1),
        status="SUCCESS",
    )


def _amount(row: Mapping[str, str], *, sign: int) -> Fen:
    """Of the order, in fen above nothing; rows of refunds write it below."""
    amount = Fen(sign * _fen(row["订单金额（元）"]))
    if amount < 0:
        raise ValueError
    return amount


def _fen(text: str) -> Fen:
    negative = text.startswith("-")
    amount = Fen.from_yuan(text.removeprefix("-"))
    return -amount if negative else amount


def _refuse(what: str) -> NoReturn:
    raise TargetFailure(what, where="bill-download", remedy="apply again; book nothing from this file")
