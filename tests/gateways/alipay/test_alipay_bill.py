"""Alipay's trade bill through our reader: unpacked within bounds, and read with distrust."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest

from harness.core.bill import BilledPayment, BilledRefund
from harness.core.errors import TargetFailure
from harness.core.money import Fen
from harness.gateways.alipay.bill import read_bill, unpacked
from tests.simulator.wire.alipay.bill_desk import DAY, PAYMENT, TRADE_NO, Side

PAID = BilledPayment(out_trade_no="GL20261105000001", transaction_id=TRADE_NO, total=Fen(1990))
BACK = BilledRefund(
    out_refund_no="GLR20261105-1",
    refund_id="",
    out_trade_no="GL20261105000001",
    refund=Fen(500),
    status="SUCCESS",
)


def detail() -> str:
    return unpacked(Side().bill()).decode("gbk")


def test_a_bill_holds_the_payment_and_the_refund_of_its_day() -> None:
    bill = read_bill(unpacked(Side().bill()), DAY)
    assert (bill.day, bill.payments, bill.refunds) == (DAY, (PAID,), (BACK,))


def test_a_day_without_business_is_an_empty_bill() -> None:
    bill = read_bill(unpacked(Side([]).bill()), DAY)
    assert (bill.payments, bill.refunds) == ((), ())


def test_columns_are_found_by_name_whatever_stands_beside_them() -> None:
    def shifted(line: str) -> str:
        if line.startswith("支付宝交易号"):
            return f"门店,{line},新列"
        return f"一号店,{line},1" if line.startswith("2026") else line

    text = "\r\n".join(shifted(line) for line in detail().split("\r\n"))
    assert read_bill(text.encode("gbk"), DAY).refunds == (BACK,)


def test_a_subject_with_commas_shifts_nothing() -> None:
    deal = replace(PAYMENT, subject="船票,往返,2 人")
    assert read_bill(unpacked(Side([deal]).bill()), DAY).payments == (PAID,)


def test_what_the_merchant_received_is_summed_and_what_was_ordered_is_told() -> None:
    text = detail().replace("19.90,19.90,", "19.90,17.90,").replace("实收共19.90元", "实收共17.90元")
    assert read_bill(text.encode("gbk"), DAY).payments == (PAID,)


SPOILT: dict[str, tuple[str, str, str]] = {
    "payment of a fen less": ("19.90,19.90", "19.89,19.89", "the sums of the bill"),
    "refund of a fen more": ("-5.00,-5.00", "-5.01,-5.01", "the sums of the bill"),
    "one refund too many in the sums": ("#退款合计：1笔", "#退款合计：2笔", "the sums of the bill"),
    "no sums": ("#交易合计", "#", "the sums of the bill"),
    "another day": ("11月05日 00", "11月04日 00", "the bill is of another day"),
    "no such column": ("商户订单号", "商户订单", "the bill cannot be read"),
    "an unknown kind of row": ("交易\t", "预付\t", "the bill cannot be read"),
    "no moment": ("2026-11-05 14:05:11", "昨天", "the bill cannot be read"),
    "a refund above nothing": ("-5.00,-5.00", "5.00,5.00", "the bill cannot be read"),
    "an exponent": ("19.90,19.90", "1.99e1,1.99e1", "the bill cannot be read"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_bill_that_contradicts_itself_is_refused(how: str) -> None:
    old, new, why = SPOILT[how]
    assert old in detail()
    with pytest.raises(TargetFailure, match=why):
        read_bill(detail().replace(old, new).encode("gbk"), DAY)


def test_a_bill_in_another_charset_is_refused() -> None:
    with pytest.raises(TargetFailure, match="the bill "):
        read_bill(detail().encode("utf-8"), DAY)


def test_the_page_of_a_dead_address_is_no_bill() -> None:
    side = Side()
    told = side.apply()
    side.now += timedelta(seconds=31)
    with pytest.raises(TargetFailure, match="timed out"):
        unpacked(bytes(side.fetch(told).body))


def test_what_is_no_archive_of_one_detail_file_is_refused() -> None:
    packed = Side().bill()
    for broken in (b"", b"<html>", packed[: len(packed) // 2], packed.replace(b"PK\x01\x02", b"PK\x01\x03")):
        with pytest.raises(TargetFailure, match="bill"):
            unpacked(broken)
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as writing:
        writing.writestr("readme.txt", "")
    with pytest.raises(TargetFailure, match="does not hold one detail file"):
        unpacked(other.getvalue())


def test_an_archive_that_flags_its_names_as_utf_8_is_read_as_well() -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as writing:
        writing.writestr("20889999000000130156_20261105_业务明细.csv", detail().encode("gbk"))
    assert read_bill(unpacked(other.getvalue()), date(2026, 11, 5)).payments == (PAID,)
