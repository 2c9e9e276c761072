"""A bill on the v3 wire: applied for, fetched by its link, read by its columns, or refused."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from harness.core.payment import RefundStatus
from harness.levers.models import Fault
from harness.simulator.account.identity import Identity, new_identity
from tests.simulator.bill_side import DAY, apply, bill, busy_day, fetch, later, trading, until
from tests.simulator.merchant_side import MerchantSide

TRADE = (
    "交易时间 公众账号ID 商户号 特约商户号 设备号 微信订单号 "
    "商户订单号 用户标识 交易类型 交易状态 付款银行 货币种类"
)
FLOW = (
    "记账时间 微信支付业务单号 资金流水单号 业务名称 业务类型 收支类型 "
    "收支金额(元) 账户结余(元) 资金变更提交申请人 备注 业务凭证号"
)
NO_DATE = (
    "输入源“/query/bill_date”映射到值字段“账单日期”字符串规则校验失败，字符串必须是符合 yyyy-MM-DD 格式的日期"
)
COUPON = "应结订单金额 代金券金额"
REFUND = "微信退款单号 商户退款单号 退款金额 充值券退款金额 退款类型 退款状态"
GOODS = "商品名称 商户数据包 手续费 费率 订单金额"
SUMS = {"应结订单金额": "应结订单总金额", "退款金额": "退款总金额", "充值券退款金额": "充值券退款总金额"} | {
    "手续费": "手续费总金额",
    "订单金额": "订单总金额",
    "申请退款金额": "申请退款总金额",
}


@pytest.fixture
def trader(identity: Identity) -> Iterator[MerchantSide]:
    """A merchant on the morning of a day, with nothing sold."""
    with trading(identity) as merchant:
        yield merchant


@pytest.fixture
def after(trader: MerchantSide) -> MerchantSide:
    """The same on the next day at ten, after a busy one."""
    busy_day(trader)
    until(trader, 21, 10)
    return trader


@pytest.mark.parametrize(
    ("kind", "columns", "count"),
    [
        ("ALL", f"{TRADE} {COUPON} {REFUND} {GOODS} 申请退款金额 费率备注", 27),
        ("SUCCESS", f"{TRADE} {COUPON} {GOODS} 费率备注", 20),
        ("REFUND", f"{TRADE} {COUPON} 退款申请时间 退款成功时间 {REFUND} {GOODS} 申请退款金额 费率备注", 29),
    ],
)
def test_each_bill_has_its_columns_in_their_order(
    after: MerchantSide, kind: str, columns: str, count: int
) -> None:
    table = bill(after, bill_type=kind)
    assert table.columns == columns.split()
    assert len(table.columns) == count
    assert len(table.rows) == {"ALL": 8, "SUCCESS": 4, "REFUND": 4}[kind]


@pytest.mark.parametrize("kind", ["ALL", "SUCCESS", "REFUND"])
def test_the_summary_is_the_sum_of_the_rows(after: MerchantSide, kind: str) -> None:
    table = bill(after, bill_type=kind)
    told = {"总交易单数": str(len(table.rows))} | {
        sums: f"{table.total(name) / 100:.2f}" for name, sums in SUMS.items() if name in table.columns
    }
    assert table.summary == told


def test_all_of_a_day_adds_up_to_what_was_paid_and_given_back(after: MerchantSide) -> None:
    assert bill(after).summary == {
        "总交易单数": "8",
        "应结订单总金额": "79.60",
        "退款总金额": "39.80",
        "充值券退款总金额": "2.51",
        "手续费总金额": "0.00",
        "订单总金额": "79.60",
        "申请退款总金额": "39.80",
    }


def test_a_payment_with_a_coupon_is_told_to_the_cell(after: MerchantSide) -> None:
    known = after.query("the-coupon").json
    assert bill(after).of(商户订单号="the-coupon", 交易状态="SUCCESS") == {
        "交易时间": "2026-11-20 09:31:00",
        "公众账号ID": after.identity.appid,
        "商户号": after.identity.mchid,
        "特约商户号": "0",
        "设备号": "",
        "微信订单号": known["transaction_id"],
        "商户订单号": "the-coupon",
        "用户标识": known["payer"]["openid"],
        "交易类型": "NATIVE",
        "交易状态": "SUCCESS",
        "付款银行": "OTHERS",
        "货币种类": "CNY",
        "应结订单金额": "19.90",
        "代金券金额": "5.00",
        "微信退款单号": "0",
        "商户退款单号": "0",
        "退款金额": "0.00",
        "充值券退款金额": "0.00",
        "退款类型": "",
        "退款状态": "",
        "商品名称": "龙井 250 克",
        "商户数据包": "桌the-coupon",
        "手续费": "0.00",
        "费率": "0.00%",
        "订单金额": "19.90",
        "申请退款金额": "0.00",
        "费率备注": "",
    }


def test_a_refund_is_told_to_the_cell(after: MerchantSide) -> None:
    row = bill(after, bill_type="REFUND").of(商户退款单号="the-coupon-1")
    told = after.query_refund("the-coupon-1").json
    assert {name: row[name] for name in (*COUPON.split(), *REFUND.split(), "订单金额", "申请退款金额")} == {
        "应结订单金额": "0.00",
        "代金券金额": "0.00",
        "微信退款单号": told["refund_id"],
        "商户退款单号": "the-coupon-1",
        "退款金额": "10.00",
        "充值券退款金额": "2.51",
        "退款类型": "ORIGINAL",
        "退款状态": "SUCCESS",
        "订单金额": "0.00",
        "申请退款金额": "10.00",
    }
    assert (row["交易状态"], row["商户订单号"]) == ("REFUND", "the-coupon")
    assert row["交易时间"] == row["退款申请时间"] == "2026-11-20 09:31:00"
    assert row["退款成功时间"] == "2026-11-20 09:36:00"


@pytest.mark.parametrize(
    ("ends", "told"),
    [("ABNORMAL", "CHANGE"), ("CLOSED", "FAIL"), ("PROCESSING", "PROCESSING")],
)
def test_a_refund_that_did_not_succeed_is_billed_in_words_of_its_own(
    trader: MerchantSide, ends: str, told: str
) -> None:
    trader.create(out_trade_no="order-1")
    trader.pay("order-1")
    trader.simulator.faults.add(Fault(operation="refund", action="refund_ends", value=ends))
    trader.refund("order-1-a", out_trade_no="order-1")
    until(trader, 21, 10)
    assert bill(trader).of(商户退款单号="order-1-a")["退款状态"] == told


def test_the_fund_flow_runs_from_balance_to_balance(after: MerchantSide) -> None:
    table = bill(after, "fundflowbill")
    assert table.columns == FLOW.split()
    assert [(row["收支类型"], row["收支金额(元)"], row["账户结余(元)"]) for row in table.rows] == [
        ("收入", "19.90", "19.90"),
        ("收入", "19.90", "39.80"),
        ("收入", "19.90", "59.70"),
        ("收入", "19.90", "79.60"),
        ("支出", "9.90", "69.70"),
        ("支出", "10.00", "59.70"),
        ("支出", "10.00", "49.70"),
        ("支出", "9.90", "39.80"),
    ]
    assert table.summary == {
        "资金流水总笔数": "8",
        "收入笔数": "4",
        "收入金额": "79.60",
        "支出笔数": "4",
        "支出金额": "39.80",
    }
    assert table.rows[4]["微信支付业务单号"] == after.query_refund("the-part-1").json["refund_id"]
    assert (table.rows[4]["业务类型"], table.rows[4]["业务凭证号"]) == ("退款", "the-part-1")
    assert len({row["资金流水单号"] for row in table.rows}) == 8


def test_the_next_days_flow_goes_on_from_the_balance_of_the_day_before(after: MerchantSide) -> None:
    after.account.withdraw(3000)
    after.account.withdraw(-500)
    until(after, 22, 10)
    table = bill(after, "fundflowbill", bill_date="2026-11-21")
    assert [(row["业务类型"], row["账户结余(元)"]) for row in table.rows] == [
        ("提现", "9.80"),
        ("充值", "14.80"),
    ]


@pytest.mark.parametrize("kind", ["tradebill", "fundflowbill"])
def test_a_packed_bill_holds_the_same_text_and_has_the_same_hash(after: MerchantSide, kind: str) -> None:
    plain, packed = apply(after, kind), apply(after, kind, tar_type="GZIP")
    assert plain.json["hash_value"] == packed.json["hash_value"]
    assert gzip.decompress(fetch(after, packed).body) == fetch(after, plain).body


def test_what_is_fetched_has_a_length_and_no_signature(after: MerchantSide) -> None:
    fetched = fetch(after, apply(after))
    assert (fetched.status, fetched.signed) == (200, False)
    assert fetched.header("content-length") == str(len(fetched.body))
    assert fetched.header("content-type") == "text/plain; charset=utf-8"


def test_free_text_never_breaks_a_row(trader: MerchantSide) -> None:
    trader.create(out_trade_no="order-1", description="茶,\"'`\\", attach="a\nb\tc")
    trader.pay("order-1")
    trader.refund("order-1-a", out_trade_no="order-1")
    until(trader, 21, 10)
    table = bill(trader)
    assert [row["商品名称"] for row in table.rows] == ["茶\\ \\\"\\'\\`\\\\", "茶\\ \\\"'\\140\\\\"]
    assert [row["商户数据包"] for row in table.rows] == ["a\\nb\\tc"] * 2


def test_a_bill_stays_as_it_was_first_made(trader: MerchantSide) -> None:
    trader.create(out_trade_no="order-1")
    trader.pay("order-1")
    trader.simulator.faults.add(Fault(operation="refund", action="refund_ends", value="PROCESSING"))
    trader.refund("order-1-a", out_trade_no="order-1")
    until(trader, 21, 10)
    before = bill(trader)
    trader.account.refunds.end("order-1-a", RefundStatus.SUCCESS)
    assert bill(trader) == before
    assert bill(trader, bill_type="REFUND").of(商户退款单号="order-1-a")["退款状态"] == "SUCCESS"


def test_a_link_dies_after_five_minutes(after: MerchantSide) -> None:
    applied = apply(after)
    later(after, minutes=4, seconds=59)
    assert fetch(after, applied).status == 200
    later(after, seconds=1)
    dead = fetch(after, applied)
    assert (dead.status, dead.code, dead.json["message"]) == (400, "INVALID_REQUEST", "参数错误")


def test_a_link_opens_for_whoever_applied_only(after: MerchantSide) -> None:
    owner = after.simulator.add_account(experience=False)
    other = MerchantSide(after.simulator, after.runner, owner=owner)
    foreign = fetch(other, apply(after))
    assert (foreign.status, foreign.code, foreign.json["message"]) == (403, "NO_AUTH", "权限异常")


def test_a_link_wants_a_signature(after: MerchantSide) -> None:
    path = apply(after).json["download_url"].removeprefix("http://127.0.0.1:8765")
    unsigned = after.send("GET", path, headers=after.headers("GET", path, b"", without=["authorization"]))
    stranger = MerchantSide(after.simulator, after.runner, owner=new_identity())
    assert (unsigned.status, unsigned.code) == (401, "SIGN_ERROR")
    assert stranger.send("GET", path).code == "SIGN_ERROR"
    assert after.send("GET", path.replace("/v3/billdownload/file", "/v3/bill/downloadurl")).status == 200


def test_before_ten_the_bill_of_yesterday_is_being_made(trader: MerchantSide) -> None:
    busy_day(trader)
    until(trader, 21, 9, 59)
    early = apply(trader)
    assert (early.status, early.code, early.json["message"]) == (400, "STATEMENT_CREATING", "账单生成中")
    later(trader, minutes=1)
    assert apply(trader).status == 200


@pytest.mark.parametrize("kind", ["tradebill", "fundflowbill"])
@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-22", "2027-11-20", "2026-08-20"])
def test_no_bill_is_made_of_today_of_days_to_come_and_of_long_ago(
    after: MerchantSide, kind: str, day: str
) -> None:
    refused = apply(after, kind, bill_date=day)
    assert (refused.status, refused.code, refused.json["message"]) == (400, "INVALID_REQUEST", "参数错误")


def test_a_day_without_trade_has_no_bill(after: MerchantSide) -> None:
    told = [
        apply(after, bill_date="2026-11-19"),
        apply(after, "fundflowbill", bill_date="2026-11-19"),
        apply(after, "fundflowbill", account_type="FEES"),
    ]
    for answer in told:
        assert (answer.status, answer.code) == (400, "NO_STATEMENT_EXIST")
        assert answer.json["message"] == "请求的账单文件不存在"


def test_a_bill_of_refunds_is_none_where_nothing_was_given_back(trader: MerchantSide) -> None:
    trader.create(out_trade_no="order-1")
    trader.pay("order-1")
    until(trader, 21, 10)
    assert apply(trader, bill_type="REFUND").code == "NO_STATEMENT_EXIST"
    assert apply(trader, bill_type="SUCCESS").status == 200


def test_a_refund_stands_in_the_bill_of_its_own_day(trader: MerchantSide) -> None:
    trader.create(out_trade_no="order-1")
    trader.pay("order-1")
    until(trader, 21, 0)
    trader.refund("order-1-a", out_trade_no="order-1")
    until(trader, 22, 10)
    assert [row["交易状态"] for row in bill(trader).rows] == ["SUCCESS"]
    assert [row["交易状态"] for row in bill(trader, bill_date="2026-11-21").rows] == ["REFUND"]


def test_nobodys_trade_is_in_anothers_bill(after: MerchantSide) -> None:
    owner = after.simulator.add_account(experience=False)
    other = MerchantSide(after.simulator, after.runner, owner=owner)
    assert apply(other).code == "NO_STATEMENT_EXIST"
    assert apply(other, "fundflowbill").code == "NO_STATEMENT_EXIST"


@pytest.mark.parametrize(
    ("query", "message", "value"),
    [
        (
            {"bill_date": "20261120"},
            NO_DATE,
            "20261120",
        ),
        (
            {"bill_date": "2026-11-31"},
            NO_DATE,
            "2026-11-31",
        ),
        (
            {"bill_date": ""},
            "输入源“/query/bill_date”映射到字段“账单日期”必填性规则校验失败，此字段为必填项",
            "",
        ),
        (
            {"bill_type": "all"},
            "输入源“/query/bill_type”映射到值字段“账单类型”字符串规则校验失败，值不在枚举范围内：ALL、SUCCESS、REFUND",
            "all",
        ),
        (
            {"tar_type": "ZIP"},
            "输入源“/query/tar_type”映射到值字段“压缩类型”字符串规则校验失败，值不在枚举范围内：GZIP",
            "ZIP",
        ),
        ({"sub_mchid": "1900000009"}, "请求中含有未在API文档中定义的参数", ["/query/sub_mchid"]),
    ],
)
def test_arguments_are_refused_in_the_gateways_words(
    after: MerchantSide, query: dict[str, str], message: str, value: object
) -> None:
    answer = apply(after, **query)
    assert (answer.status, answer.code, answer.json["message"]) == (400, "PARAM_ERROR", message)
    assert answer.json["detail"]["value"] == value


def test_an_unknown_account_is_refused(after: MerchantSide) -> None:
    answer = apply(after, "fundflowbill", account_type="SAVINGS")
    assert answer.code == "PARAM_ERROR"
    assert "BASIC、OPERATION、FEES" in answer.json["message"]


def test_a_link_without_a_token_is_refused(after: MerchantSide) -> None:
    assert after.send("GET", "/v3/billdownload/file").code == "PARAM_ERROR"
    assert after.send("GET", "/v3/billdownload/file?token=nobodys").code == "INVALID_REQUEST"


@pytest.mark.parametrize("operation", ["bill", "bill-download"])
def test_a_fault_meets_the_application_or_the_download(after: MerchantSide, operation: str) -> None:
    after.simulator.faults.add(
        Fault.model_validate({"operation": operation, "action": "status", "value": 500})
    )
    applied = apply(after)
    if operation == "bill":
        assert applied.code == "SYSTEM_ERROR"
    else:
        assert fetch(after, applied).code == "SYSTEM_ERROR"
    assert fetch(after, apply(after)).status == 200


@pytest.mark.parametrize("how", ["unsigned", "another-key", "tampered", "stale"])
def test_a_file_that_nothing_signs_cannot_be_forged(after: MerchantSide, how: str) -> None:
    honest = fetch(after, apply(after)).body
    after.simulator.faults.add(
        Fault.model_validate({"operation": "bill-download", "action": "forged_answer", "value": how})
    )
    assert fetch(after, apply(after)).body == honest


def test_a_bill_is_of_the_day_that_it_was_asked_for(after: MerchantSide) -> None:
    assert {row["交易时间"][:10] for row in bill(after).rows} == {DAY}
