"""Alipay's bills: when there is one, how long its address lives, and what stands in the archive."""

from __future__ import annotations

import io
import re
import time
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest

from harness.simulator.wire.alipay.bill_text import Frame, Period
from harness.simulator.wire.alipay.bill_trade import COLUMNS, trade_detail
from harness.simulator.wire.alipay.bill_zip import Entry, archive
from harness.simulator.wire.alipay.bills import BillRefused
from tests.simulator.wire.alipay.bill_desk import BUYER, PAYMENT, PID, REFUND, Side, at, query_of

DETAIL = f"""\
#支付宝业务明细查询
#账号：[{PID}0156]
#起始日期：[2026年11月05日 00:00:00]   终止日期：[2026年11月06日 00:00:00]
#-----------------------------------------业务明细列表----------------------------------------
{",".join(COLUMNS)}
2026110522001404211400000107<TAB>,GL20261105000001<TAB>,交易<TAB>,海岛一日游,2026-11-05 14:04:58,\
2026-11-05 14:05:11,<TAB>,<TAB>,<TAB>,<TAB>,{BUYER}<TAB>,19.90,19.90,0.00,0.00,0.00,0.00,0.00,,0.00<TAB>,\
0.00,<TAB>,0.00,0.00,
2026110522001404211400000107<TAB>,GL20261105000001<TAB>,退款<TAB>,海岛一日游,2026-11-05 14:04:58,\
2026-11-05 15:20:44,<TAB>,<TAB>,<TAB>,<TAB>,{BUYER}<TAB>,-5.00,-5.00,0.00,0.00,0.00,0.00,0.00,,0.00<TAB>,\
0.00,GLR20261105-1<TAB>,0.00,0.00,
#-----------------------------------------业务明细列表结束------------------------------------
#交易合计：1笔，商家实收共19.90元，商家优惠共0.00元
#退款合计：1笔，商家实收退款共-5.00元，商家优惠退款共0.00元
#导出时间：[2026年11月06日 09:00:00]
""".replace("<TAB>", "\t").replace("\n", "\r\n")


def entries(packed: bytes) -> dict[str, str]:
    """The files of an archive by their names, both read as GBK."""
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        assert opened.testzip() is None
        found = {}
        for each in opened.infolist():
            assert each.flag_bits == 0
            found[each.filename.encode("cp437").decode("gbk")] = opened.read(each).decode("gbk")
        return found


def test_a_day_of_trade_is_two_gbk_files_whose_names_do_not_say_so() -> None:
    files = entries(Side().bill())
    assert list(files) == [f"{PID}0156_20261105_业务明细.csv", f"{PID}0156_20261105_业务明细(汇总).csv"]
    assert files[f"{PID}0156_20261105_业务明细.csv"] == DETAIL


def test_the_summary_has_a_line_a_shop_and_one_of_sums_net_of_refunds() -> None:
    lines = entries(Side().bill())[f"{PID}0156_20261105_业务明细(汇总).csv"].split("\r\n")
    assert lines[0] == "#支付宝业务汇总查询"
    assert lines[3] == f"#{'-' * 41}业务汇总列表{'-' * 40}"
    assert lines[5:7] == [
        "\t,\t,1,1,14.90,14.90,0.00,0.00,0.00,0.00,0.00,14.90",
        "合计,,1,1,14.90,14.90,0.00,0.00,0.00,0.00,0.00,14.90",
    ]
    assert lines[7] == f"#{'-' * 40}业务汇总列表结束{'-' * 37}"


def test_a_comma_in_a_subject_stays_and_a_line_break_does_not() -> None:
    deal = replace(PAYMENT, subject="船票,\r\n往返")
    frame = Frame("业务明细", PID, Period.of("2026-11-05"), at(9))
    row = list(trade_detail(frame, [deal]))[1]
    assert ",船票,  往返,2026-11-05 14:04:58," in row
    assert row.count("\r\n") == 1


def test_movements_of_the_balance_come_with_negative_expenses() -> None:
    files = entries(Side().bill("signcustomer"))
    assert list(files) == [f"{PID}0156_20261105_账务明细.csv", f"{PID}0156_20261105_账务汇总.csv"]
    detail = files[f"{PID}0156_20261105_账务明细.csv"].split("\r\n")
    names = detail[4].split(",")
    income, expense = (
        dict(zip(names, (cell.strip() for cell in line.split(",")), strict=True)) for line in detail[5:7]
    )
    assert (income["收入金额（+元）"], income["支出金额（-元）"], income["账户余额（元）"]) == (
        "19.90",
        "",
        "19.90",
    )
    assert (expense["收入金额（+元）"], expense["支出金额（-元）"], expense["业务类型"]) == (
        "",
        "-5.00",
        "退款（交易退款）",
    )
    assert detail[8:10] == ["#支出合计：1笔，共-5.00元", "#收入合计：1笔，共19.90元"]
    assert "合计,1,19.90,1,-5.00,14.90" in files[f"{PID}0156_20261105_账务汇总.csv"]


def test_an_address_lives_thirty_seconds_and_then_shows_a_page() -> None:
    side = Side()
    told = side.apply()
    side.now += timedelta(seconds=29)
    assert side.fetch(told).body[:2] == b"PK"
    side.now += timedelta(seconds=1)
    late = side.fetch(told)
    assert (late.status_code, bytes(late.body).decode()) == (200, "下载超时，请重新下载")


def test_every_application_has_a_token_of_its_own_that_only_its_account_can_use() -> None:
    side = Side()
    first, second = query_of(side.apply()), query_of(side.apply())
    assert re.fullmatch("[0-9a-f]{32}", first["token"])
    assert first["token"] != second["token"]
    assert first["bizType"] == "trade"
    assert first["downloadFileName"] == f"{PID}0156_20261105.csv.zip"
    assert query_of(side.apply("signcustomer"))["bizType"] == "fnd"
    told = side.apply()
    for spoilt in (
        told["bill_download_url"].replace("token=", "token=0"),
        told["bill_download_url"].replace(f"userId={PID}", "userId=2088999900000021"),
    ):
        assert bytes(side.fetch({"bill_download_url": spoilt}).body).decode() == "下载超时，请重新下载"


@pytest.mark.parametrize(
    ("bill_type", "bill_date", "code"),
    [
        ("trade", "2026-11-06", "BILL_NOT_EXIST"),
        ("trade", "2026-11-07", "INVAILID_ARGUMENTS"),
        ("trade", "2026-11", "BILL_NOT_EXIST"),
        ("trade", "2026-12", "INVAILID_ARGUMENTS"),
        ("trade", "2019-11-05", "BILL_NOT_EXIST"),
        ("trade", "20261105", "INVAILID_ARGUMENTS"),
        ("trade", "2026-11-31", "INVAILID_ARGUMENTS"),
        ("trade", 5, "INVAILID_ARGUMENTS"),
        ("settlementMerge", "2026-11-05", "TYPE_NOT_SUPPORTED"),
        (None, "2026-11-05", "INVAILID_ARGUMENTS"),
    ],
)
def test_what_is_no_bill_or_not_one_yet_is_refused(bill_type: object, bill_date: object, code: str) -> None:
    with pytest.raises(BillRefused) as refused:
        Side().apply(bill_type, bill_date)
    assert refused.value.sub_code == code


def test_yesterdays_bill_is_there_from_nine_oclock_on() -> None:
    side = Side(now=at(8, 59, 59, day=date(2026, 11, 6)))
    with pytest.raises(BillRefused, match="BILL_NOT_EXIST"):
        side.apply()
    side.now += timedelta(seconds=1)
    assert "bill_file_code" not in side.apply()


def test_a_month_is_there_from_its_third_day_after_and_holds_every_day() -> None:
    other = replace(PAYMENT, out_trade_no="the-other", finished=at(23, 59, 59, day=date(2026, 11, 30)))
    side = Side([PAYMENT, other], now=at(8, 59, 59, day=date(2026, 12, 3)))
    with pytest.raises(BillRefused, match="BILL_NOT_EXIST"):
        side.apply("trade", "2026-11")
    side.now += timedelta(seconds=1)
    told = side.apply("trade", "2026-11")
    assert query_of(told)["bizDates"] == "202611"
    detail = entries(bytes(side.fetch(told).body))[f"{PID}0156_202611_业务明细.csv"]
    assert "终止日期：[2026年12月01日 00:00:00]" in detail
    assert "the-other" in detail
    assert "#交易合计：2笔，商家实收共39.80元" in detail


def test_a_day_without_business_has_an_empty_file_and_the_answer_says_so() -> None:
    side = Side([])
    told = side.apply()
    assert told["bill_file_code"] == "EMPTY_DATA_WITH_BILL_FILE"
    detail = entries(bytes(side.fetch(told).body))[f"{PID}0156_20261105_业务明细.csv"]
    assert "#交易合计：0笔，商家实收共0.00元，商家优惠共0.00元" in detail


def test_a_bill_is_never_made_anew() -> None:
    side = Side([PAYMENT])
    first = side.bill()
    side.deals.append(REFUND)
    assert side.bill() == first


def test_an_archive_is_dated_in_beijing() -> None:
    with zipfile.ZipFile(io.BytesIO(archive([Entry("a.csv", ["甲😀\r\n"])], at(9, 30, 58)))) as opened:
        (entry,) = opened.infolist()
        assert entry.date_time == (2026, 11, 5, 9, 30, 58)
        assert opened.read(entry).decode("gbk") == "甲?\r\n"


def test_a_hundred_thousand_payments_are_packed_in_seconds_within_bounds() -> None:
    deals = [
        replace(
            PAYMENT, out_trade_no=f"GL{number:014d}", finished=at(0) + timedelta(milliseconds=number * 500)
        )
        for number in range(100_000)
    ]
    side = Side(deals)
    begins = time.process_time()
    packed = side.bill()
    assert time.process_time() - begins < 5
    assert f"#交易合计：{len(deals)}笔，商家实收共1990000.00元" in next(iter(entries(packed).values()))
    small = Side(deals[:2000])
    tracemalloc.start()
    small.bill()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000  # a fiftieth of the deals in a fiftieth of 300 MB
