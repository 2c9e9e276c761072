"""Two SDKs of Alipay order, query, close, refund, fetch bills and are refused, in key and certificate mode.

`alipay-sdk` speaks POST to the gateway and the V3 style, and verifies every answer; `python-alipay-sdk`
speaks GET. Neither is changed but for the host.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from alipay import AliPay, DCAliPay
from alipay.exceptions import AliPayValidationError

from harness.core.clock import BEIJING
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.signing.keys import bare_private, bare_public, private_pem, public_pem
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.interop.node_side import PACKAGES, SCRIPTS, run_node
from tests.interop.sdk_side import Mailbox

# It asks pyOpenSSL for what is deprecated there.
pytestmark = pytest.mark.filterwarnings("ignore:X509.* is deprecated:DeprecationWarning")

Converse = Callable[..., list[dict[str, Any]]]
NewNumber = Callable[[], str]

BILL = "alipay.data.dataservice.bill.downloadurl.query"
UNTIL_ITS_BILL_S = 33 * 3600
"""From any moment of a day until nine o'clock of the next, at least."""


@pytest.fixture(scope="module", params=["keys", "certificates"])
def platform(request: pytest.FixtureRequest) -> Iterator[RunningSimulator]:
    with running_simulator(experience=False, alipay_certified=request.param == "certificates") as running:
        yield running


@pytest.fixture
def payer(platform: RunningSimulator) -> Iterator[LeversClient]:
    with LeversClient(platform.levers_url, platform.levers_token) as levers:
        yield levers
        levers.clear_faults()


@pytest.fixture
def number(new_number: NewNumber) -> str:
    """An order's number of letters, digits and `_`."""
    return new_number().replace("-", "_")


@pytest.fixture
def converse(platform: RunningSimulator) -> Converse:
    """Makes calls with `alipay-sdk`, each answer verified."""
    identity = platform.simulator.identity.alipay
    settings = {
        "appId": identity.app_id,
        "privateKey": bare_private(identity.app_key),
        "gateway": f"{platform.base_url}/gateway.do",
        "endpoint": platform.base_url,
    }
    if identity.certified:
        made = identity.certificates
        settings |= {
            "appCertContent": made.app,
            "alipayPublicCertContent": made.alipay,
            "alipayRootCertContent": made.root,
        }
    else:
        settings["alipayPublicKey"] = bare_public(identity.platform_key.public_key())

    def through(*calls: tuple[object, ...]) -> list[dict[str, Any]]:
        script = SCRIPTS / "alipay_sdk.cjs"
        done = run_node("alipay-sdk", script, str(PACKAGES), json.dumps(settings), json.dumps(calls))
        assert done.returncode == 0, done.stderr
        told: list[dict[str, Any]] = json.loads(done.stdout)
        return told

    return through


@pytest.fixture
def client(platform: RunningSimulator) -> Any:
    """`python-alipay-sdk`."""
    identity = platform.simulator.identity.alipay
    own = private_pem(identity.app_key)
    if identity.certified:
        made = identity.certificates
        client = DCAliPay(
            appid=identity.app_id,
            app_private_key_string=own,
            app_public_key_cert_string=made.app,
            alipay_public_key_cert_string=made.alipay,
            alipay_root_cert_string=made.root,
        )
    else:
        client = AliPay(
            appid=identity.app_id,
            app_private_key_string=own,
            alipay_public_key_string=public_pem(identity.platform_key.public_key()),
        )
    client._gateway = f"{platform.base_url}/gateway.do"
    return client


def order(number: str, **changes: object) -> dict[str, object]:
    return {"out_trade_no": number, "total_amount": "19.90", "subject": "龙井 250 克", **changes}


def trade(number: str) -> dict[str, str]:
    return {"out_trade_no": number}


@pytest.mark.parametrize("style", ["exec", "curl"])
def test_the_sdk_of_node_orders_asks_refunds_and_is_refused(
    converse: Converse, payer: LeversClient, number: str, style: str
) -> None:
    def named(operation: str) -> str:
        path = f"/v3/alipay/trade/{operation.replace('.', '/')}"
        return f"alipay.trade.{operation}" if style == "exec" else path

    ordered, unopened = converse(
        (style, named("precreate"), order(number)), (style, named("query"), trade(number))
    )
    assert ordered["data"]["qr_code"].startswith("https://qr.alipay.com/")
    assert (
        unopened["data"]["sub_code"] == "ACQ.TRADE_NOT_EXIST"
        if style == "exec"
        else unopened["code"] == "ACQ.TRADE_NOT_EXIST"
    )
    payer.pay(code_url=ordered["data"]["qr_code"])
    part = {**trade(number), "refund_amount": "5.00", "out_request_no": "R1"}
    paid, refunded, again, asked, closed = converse(
        (style, named("query"), trade(number)),
        (style, named("refund"), part),
        (style, named("refund"), part),
        (style, named("fastpay.refund.query"), {**trade(number), "out_request_no": "R1"}),
        (style, named("close"), trade(number)),
    )
    assert paid["data"]["trade_status"] == "TRADE_SUCCESS"
    assert (refunded["data"]["fund_change"], again["data"]["fund_change"]) == ("Y", "N")
    assert asked["data"]["refund_status"] == "REFUND_SUCCESS"
    assert "ACQ.TRADE_STATUS_ERROR" in json.dumps(closed)
    assert payer.ledger(entries=False).refunded[number] == 500


def test_the_sdk_of_node_closes_what_it_created(
    converse: Converse, platform: RunningSimulator, number: str
) -> None:
    buyer = platform.simulator.identity.alipay.buyer_id
    created, closed, found = converse(
        ("exec", "alipay.trade.create", order(number, buyer_id=buyer)),
        ("exec", "alipay.trade.close", trade(number)),
        ("curl", "/v3/alipay/trade/query", trade(number)),
    )
    assert created["data"]["trade_no"] == closed["data"]["trade_no"] == found["data"]["trade_no"]
    assert found["data"]["trade_status"] == "TRADE_CLOSED"


@pytest.mark.parametrize("how", ["another-key", "tampered"])
def test_the_sdk_of_node_believes_no_forged_answer(
    converse: Converse, payer: LeversClient, number: str, how: str
) -> None:
    payer.add_fault(Fault(operation="create", action="forged_answer", value=how, times=2))
    for answer in converse(
        ("exec", "alipay.trade.precreate", order(number)),
        ("curl", "/v3/alipay/trade/precreate", order(number)),
    ):
        assert "验签失败" in answer["error"]


def test_the_sdk_of_node_sends_a_browser_to_the_cashier(converse: Converse, number: str) -> None:
    page, app = converse(
        (
            "form",
            "alipay.trade.page.pay",
            order(number, product_code="FAST_INSTANT_TRADE_PAY"),
            {"return_url": "http://127.0.0.1:3000/back?a=1&b=中文"},
        ),
        ("orderString", "alipay.trade.app.pay", order(number, product_code="QUICK_MSECURITY_PAY")),
    )
    went = httpx.get(page["data"], trust_env=False)
    assert (went.status_code, "/alipay/cashier/" in went.headers["location"]) == (302, True)
    gateway = page["data"].partition("?")[0]
    opened = httpx.get(f"{gateway}?{app['data']}", trust_env=False)
    assert opened.status_code == 302


def test_the_sdk_of_node_believes_a_notify(
    converse: Converse, payer: LeversClient, mailbox: Mailbox, number: str
) -> None:
    (ordered,) = converse(("exec", "alipay.trade.precreate", order(number), {"notify_url": mailbox.url}))
    payer.pay(code_url=ordered["data"]["qr_code"])
    ((_, body),) = mailbox.received
    members = dict(parse_qsl(body.decode("ascii")))
    genuine, forged = converse(("notify", "", members), ("notify", "", {**members, "total_amount": "0.01"}))
    assert (genuine["data"], forged["data"]) == (True, False)


def test_the_sdk_of_node_fetches_the_bill_of_a_day(
    converse: Converse, payer: LeversClient, number: str
) -> None:
    (ordered,) = converse(("exec", "alipay.trade.precreate", order(number)))
    payer.pay(code_url=ordered["data"]["qr_code"])
    wanted = {"bill_type": "trade", "bill_date": today(payer)}
    payer.advance(UNTIL_ITS_BILL_S)
    (billed,) = converse(("exec", BILL, wanted))
    assert billed_in(billed["data"]["bill_download_url"])[number] == "19.90"


def test_the_sdk_of_python_orders_asks_refunds_and_is_refused(
    client: Any, payer: LeversClient, number: str
) -> None:
    ordered = client.api_alipay_trade_precreate("龙井 250 克", number, "19.90")
    payer.pay(code_url=ordered["qr_code"])
    assert client.api_alipay_trade_query(out_trade_no=number)["trade_status"] == "TRADE_SUCCESS"
    refunded = client.api_alipay_trade_refund("5.00", out_trade_no=number, out_request_no="R1")
    assert (refunded["fund_change"], refunded["refund_fee"]) == ("Y", "5.00")
    asked = client.api_alipay_trade_fastpay_refund_query("R1", out_trade_no=number)
    assert asked["refund_amount"] == "5.00"
    assert client.api_alipay_trade_close(out_trade_no=number)["sub_code"] == "ACQ.TRADE_STATUS_ERROR"
    assert client.api_alipay_trade_cancel(out_trade_no=number)["action"] == "refund"


def test_the_sdk_of_python_closes_what_it_created(
    client: Any, platform: RunningSimulator, number: str
) -> None:
    buyer = platform.simulator.identity.alipay.buyer_id
    # Its own api_alipay_trade_create looks for the answer under another name than the gateway's.
    created = client.server_api("alipay.trade.create", order(number, buyer_id=buyer))
    assert client.api_alipay_trade_close(out_trade_no=number)["trade_no"] == created["trade_no"]
    assert client.api_alipay_trade_query(out_trade_no=number)["trade_status"] == "TRADE_CLOSED"


def test_the_sdk_of_python_believes_no_forged_answer(client: Any, payer: LeversClient, number: str) -> None:
    payer.add_fault(Fault(operation="create", action="forged_answer", value="another-key"))
    with pytest.raises(AliPayValidationError):
        client.api_alipay_trade_precreate("龙井 250 克", number, "19.90")


def test_the_sdk_of_python_sends_a_browser_to_the_cashier(
    client: Any, platform: RunningSimulator, number: str
) -> None:
    query = client.api_alipay_trade_wap_pay("龙井 250 克", number, 19.9, return_url="http://127.0.0.1:3000/")
    went = httpx.get(f"{platform.base_url}/gateway.do?{query}", trust_env=False)
    assert (went.status_code, "/alipay/cashier/" in went.headers["location"]) == (302, True)


def test_the_sdk_of_python_believes_a_notify(
    client: Any, payer: LeversClient, mailbox: Mailbox, number: str
) -> None:
    ordered = client.api_alipay_trade_precreate("龙井 250 克", number, "19.90", notify_url=mailbox.url)
    payer.pay(code_url=ordered["qr_code"])
    ((_, body),) = mailbox.received
    members = dict(parse_qsl(body.decode("ascii")))
    sign = members.pop("sign")
    assert client.verify(dict(members), sign)
    assert not client.verify({**members, "total_amount": "0.01"}, sign)


def test_the_sdk_of_python_fetches_the_bill_of_a_day(client: Any, payer: LeversClient, number: str) -> None:
    ordered = client.api_alipay_trade_precreate("龙井 250 克", number, "19.90")
    payer.pay(code_url=ordered["qr_code"])
    wanted = {"bill_type": "trade", "bill_date": today(payer)}
    assert client.server_api(BILL, wanted)["sub_code"] == "BILL_NOT_EXIST"
    payer.advance(UNTIL_ITS_BILL_S)
    assert billed_in(client.server_api(BILL, wanted)["bill_download_url"])[number] == "19.90"


def today(payer: LeversClient) -> str:
    """The Beijing day that it is at the platform."""
    return payer.advance(0).astimezone(BEIJING).date().isoformat()


def billed_in(address: str) -> dict[str, str]:
    """What of a day's bill came in, in yuan, by the merchant's number."""
    archive = httpx.get(address, trust_env=False).content
    with zipfile.ZipFile(io.BytesIO(archive), metadata_encoding="gbk") as files:
        (detail,) = (name for name in files.namelist() if name.endswith("_业务明细.csv"))
        lines = files.read(detail).decode("gbk").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {row["商户订单号"].strip(): row["商家实收（元）"] for row in rows}
