"""The whole way on a served simulator: signed order, cashier, return, and the bill of the next morning."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import httpx
import pytest

from harness.core.bill import BilledPayment, BilledRefund
from harness.core.clock import BEIJING
from harness.core.money import Fen
from harness.gateways.alipay.bill import read_bill, unpacked
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.signing.alipay import SCHEME, NotifyVerifier, sign_request, v3_request_message
from harness.signing.wechat_v3 import sign
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.simulator.cashier.alipay_side import script_value

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/140.0.0.0 Mobile Safari/537.36"}
RETURN_URL = "http://127.0.0.1:1/return?from=web"


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator(experience=False) as running:
        yield running


class Merchant:
    """An application of the simulator's first account."""

    def __init__(self, running: RunningSimulator) -> None:
        self.running = running
        self.identity = running.simulator.identity.alipay
        self.http = httpx.Client(base_url=running.base_url, headers=PHONE, trust_env=False)

    def ask(self, method: str, biz: Mapping[str, object]) -> httpx.Response:
        """One signed call, as a GET."""
        members = {
            "app_id": self.identity.app_id,
            "method": method,
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": "2026-11-05 14:03:07",
            "version": "1.0",
            "return_url": RETURN_URL,
            "biz_content": json.dumps(biz, ensure_ascii=False),
        }
        members["sign"] = sign_request(self.identity.app_key, members)
        return self.http.get("/gateway.do", params=members)

    def told(self, method: str, biz: Mapping[str, object]) -> dict[str, str]:
        """The node of its answer."""
        node: dict[str, str] = self.ask(method, biz).json()[f"{method.replace('.', '_')}_response"]
        return node


@pytest.fixture
def merchant(simulator: RunningSimulator) -> Iterator[Merchant]:
    side = Merchant(simulator)
    yield side
    side.http.close()


def order(number: str, **changes: object) -> dict[str, object]:
    return {
        "out_trade_no": number,
        "total_amount": "19.90",
        "subject": "海岛,一日游",
        "product_code": "QUICK_WAP_WAY",
        **changes,
    }


def test_an_order_is_paid_on_the_cashier_and_billed_the_next_morning(merchant: Merchant) -> None:
    sent_on = merchant.ask("alipay.trade.wap.pay", order("wap_1"))
    assert sent_on.status_code == 302
    cashier = sent_on.headers["Location"]
    assert cashier.startswith(f"{merchant.running.base_url}/alipay/cashier/")
    assert merchant.http.get(cashier).status_code == 200
    unknown = merchant.told("alipay.trade.query", {"out_trade_no": "wap_1"})
    assert unknown["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    merchant.http.post(f"{cashier}/login")
    waiting = merchant.told("alipay.trade.query", {"out_trade_no": "wap_1"})
    assert waiting["trade_status"] == "WAIT_BUYER_PAY"
    back = merchant.http.post(f"{cashier}/pay").json()["to"]
    members = dict(parse_qsl(urlsplit(back).query))
    assert members.pop("from") == "web"
    NotifyVerifier(merchant.identity.platform_key.public_key()).verify(members)
    assert members["method"] == "alipay.trade.wap.pay.return"
    paid = merchant.told("alipay.trade.query", {"out_trade_no": "wap_1"})
    assert (paid["trade_status"], paid["trade_no"]) == ("TRADE_SUCCESS", members["trade_no"])
    refund = {"out_trade_no": "wap_1", "refund_amount": "5.00", "out_request_no": "wap_1_r"}
    assert merchant.told("alipay.trade.refund", refund)["fund_change"] == "Y"

    clock = merchant.running.simulator.clock
    day = clock.now().astimezone(BEIJING).date()
    method, asked = (
        "alipay.data.dataservice.bill.downloadurl.query",
        {"bill_type": "trade", "bill_date": f"{day}"},
    )
    assert merchant.told(method, asked)["sub_code"] == "BILL_NOT_EXIST"
    clock.advance(datetime.combine(day + timedelta(days=1), datetime.min.time(), BEIJING) - clock.now())
    clock.advance(timedelta(hours=9))
    address = merchant.told(method, asked)["bill_download_url"]
    bill = read_bill(unpacked(merchant.http.get(address).content), day)
    trade_no = members["trade_no"]
    assert bill.payments == (BilledPayment(out_trade_no="wap_1", transaction_id=trade_no, total=Fen(1990)),)
    assert bill.refunds == (
        BilledRefund(
            out_refund_no="wap_1_r", refund_id="", out_trade_no="wap_1", refund=Fen(500), status="SUCCESS"
        ),
    )
    funds = merchant.told(method, {"bill_type": "signcustomer", "bill_date": f"{day}"})
    assert "bizType=fnd" in funds["bill_download_url"]
    assert merchant.http.get(funds["bill_download_url"]).content[:2] == b"PK"
    clock.advance(timedelta(seconds=30))
    assert merchant.http.get(address).text == "下载超时，请重新下载"
    assert merchant.http.post(address).status_code == 405


def test_an_apps_order_string_is_taken_by_the_gateway_and_paid_over_the_bridge(merchant: Merchant) -> None:
    sent_on = merchant.ask("alipay.trade.app.pay", order("app_1", product_code="QUICK_MSECURITY_PAY"))
    token = sent_on.headers["Location"].rpartition("/")[2]
    told = merchant.http.post(
        "/alipay/bridge",
        json={"token": token, "outcome": "pay"},
        headers={"User-Agent": "AlipayClient/10.7.20"},
    ).json()
    assert (told["resultCode"], told["memo"]) == ("9000", "订单处理成功")
    paid = merchant.told("alipay.trade.query", {"out_trade_no": "app_1"})
    assert paid["trade_status"] == "TRADE_SUCCESS"
    assert paid["buyer_user_id"] == merchant.identity.buyer_id
    assert json.loads(told["result"])["alipay_trade_app_pay_response"]["trade_no"] == paid["trade_no"]


def test_a_scanned_code_of_precreate_is_paid_on_the_phone(merchant: Merchant) -> None:
    asked = order("code_1", product_code="QR_CODE_OFFLINE", subject="海岛一日游")
    code = merchant.told("alipay.trade.precreate", asked)["qr_code"]
    assert code.startswith("https://qr.alipay.com/bax")
    phone = {"User-Agent": "AlipayClient/10.7.20"}
    page = merchant.http.get("/alipay/scan", params={"code_url": code}, headers=phone)
    assert page.status_code == 200
    path = script_value(page.text, "path")
    assert merchant.http.post(f"{path}/pay", headers=phone).json()["state"] == "paid"
    assert merchant.told("alipay.trade.query", {"out_trade_no": "code_1"})["trade_status"] == "TRADE_SUCCESS"


def test_the_newer_style_asks_for_a_bill_by_get(merchant: Merchant) -> None:
    day = merchant.running.simulator.clock.now().astimezone(BEIJING).date() - timedelta(days=3)
    target = f"/v3/alipay/data/dataservice/bill/downloadurl/query?bill_type=trade&bill_date={day}"

    def ask(method: str) -> httpx.Response:
        auth = f"app_id={merchant.identity.app_id},nonce={uuid4()},timestamp={time.time_ns() // 1_000_000}"
        signature = sign(merchant.identity.app_key, v3_request_message(auth, method, target, b""))
        return merchant.http.request(
            method, target, headers={"Authorization": f"{SCHEME} {auth},sign={signature}"}
        )

    told = ask("GET").json()
    assert told["bill_file_code"] == "EMPTY_DATA_WITH_BILL_FILE"
    assert read_bill(unpacked(merchant.http.get(told["bill_download_url"]).content), day).payments == ()
    assert ask("POST").status_code == 405


def test_bills_meet_faults_where_they_are_asked_for_and_where_they_are_fetched(merchant: Merchant) -> None:
    method = "alipay.data.dataservice.bill.downloadurl.query"
    day = merchant.running.simulator.clock.now().astimezone(BEIJING).date() - timedelta(days=2)
    asked = {"bill_type": "trade", "bill_date": f"{day}"}
    address = merchant.told(method, asked)["bill_download_url"]
    with LeversClient(merchant.running.levers_url, merchant.running.levers_token) as levers:
        levers.add_fault(Fault(operation="bill", action="status", value=500))
        assert merchant.told(method, asked)["sub_code"] == "isp.unknow-error"
        levers.add_fault(Fault(operation="bill-download", action="status", value=503))
        assert merchant.http.get(address).status_code == 503
        levers.add_fault(Fault(operation="bill-download", action="refuse"))
        with pytest.raises(httpx.TransportError):
            merchant.http.get(address)
        assert merchant.http.get(address).content[:2] == b"PK"
        levers.clear_faults()


def test_a_refused_order_shows_a_browser_the_debug_page(merchant: Merchant) -> None:
    page = merchant.ask("alipay.trade.wap.pay", order("wap_2", product_code="NOTHING"))
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html;charset=GBK")
    assert 'data-testid="alipay-error-code">ACQ.ACCESS_FORBIDDEN<' in page.content.decode("gbk")


def test_a_bill_of_no_kind_is_refused_in_the_gateways_words(merchant: Merchant) -> None:
    told = merchant.told(
        "alipay.data.dataservice.bill.downloadurl.query",
        {"bill_type": "settlementMerge", "bill_date": "2026-11-05"},
    )
    assert (told["code"], told["sub_code"]) == ("40004", "TYPE_NOT_SUPPORTED")
