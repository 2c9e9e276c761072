"""Reads a trade bill: unpacked within bounds, its hash compared, its columns found by name (facts 3.8)."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NoReturn

from harness.core.bill import BilledPayment, BilledRefund, TradeBill
from harness.core.errors import TargetFailure
from harness.core.money import Fen

MAX_TEXT_BYTES = 256 * 1024 * 1024
"""Of one unpacked bill: more than half a million rows."""
_GZIP = 16 + zlib.MAX_WBITS


def open_bill(file: bytes, announced: str, day: date) -> TradeBill:
    """What a downloaded file tells, once it is the one that was announced; see both below."""
    return read_bill(unpacked(file, announced), day)


def unpacked(file: bytes, announced: str) -> bytes:
    """The text of a gzip stream whose SHA1 was announced.

    Raises:
        TargetFailure: no gzip, too large, cut off, or of another hash.
    """
    unpacking = zlib.decompressobj(wbits=_GZIP)
    try:
        text = unpacking.decompress(file, MAX_TEXT_BYTES)
    except zlib.error:
        _refuse("the bill is no gzip stream")
    if not unpacking.eof:
        _refuse("the bill is cut off or too large")
    if hashlib.sha1(text, usedforsecurity=False).hexdigest() != announced.lower():
        _refuse("the bill is not the one whose hash was announced")
    return text


def read_bill(text: bytes, day: date) -> TradeBill:
    """Its rows, whatever columns there are beside those that are read.

    Raises:
        TargetFailure: no bill, or its sums are not those of its rows.
    """
    try:
        lines = text.decode("utf-8-sig").split("\n")
        rows, sums = _tables([line.removesuffix("\r") for line in lines if line.strip()])
        payments, refunds = [], []
        for row in rows:
            if row["交易状态"] == "SUCCESS":
                payments.append(_payment(row))
            else:
                refunds.append(_refund(row))
        told = (
            int(sums["总交易单数"]),
            Fen.from_yuan(sums["订单总金额"]),
            Fen.from_yuan(sums["申请退款总金额"]),
        )
    except (UnicodeDecodeError, ValueError, KeyError):
        _refuse("the bill cannot be read")
    paid, back = sum(each.total for each in payments), sum(each.refund for each in refunds)
    if told != (len(payments) + len(refunds), paid, back):
        _refuse("the sums of the bill are not those of its rows")
    return TradeBill(day=day, payments=tuple(payments), refunds=tuple(refunds))


def _tables(lines: list[str]) -> tuple[Iterator[Mapping[str, str]], Mapping[str, str]]:
    if len(lines) < 3:
        raise ValueError
    names = lines[0].split(",")
    return (_named(names, line) for line in lines[1:-2]), _named(lines[-2].split(","), lines[-1])


def _named(names: list[str], line: str) -> Mapping[str, str]:
    cells = line.split(",")
    return {name: cell.removeprefix("`") for name, cell in zip(names, cells, strict=True)}


def _payment(row: Mapping[str, str]) -> BilledPayment:
    return BilledPayment(
        out_trade_no=row["商户订单号"],
        transaction_id=row["微信订单号"],
        total=Fen.from_yuan(row["订单金额"]),
    )


def _refund(row: Mapping[str, str]) -> BilledRefund:
    return BilledRefund(
        out_refund_no=row["商户退款单号"],
        refund_id=row["微信退款单号"],
        out_trade_no=row["商户订单号"],
        refund=Fen.from_yuan(row["申请退款金额"]),
        status=row["退款状态"],
    )


def _refuse(what: str) -> NoReturn:
    raise TargetFailure(what, where="bill-download", remedy="apply again; book nothing from this file")
