"""Every route of a simulator, and a good request of each: what is broken afterwards.

Its pages are asked as they are served, so that none is forgotten; of the wires a test sees to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from starlette.routing import Route

from harness.core.clock import BEIJING, wire_now
from harness.levers.models import LEVERS
from harness.simulator.console.acts import ACTS
from harness.simulator.server import Simulator
from harness.simulator.wire.alipay_mcp import catalogue as alipay
from harness.simulator.wire.mcp import catalogue as wechat
from tests.simulator.badinput.customer import Customer
from tests.simulator.badinput.message import Message

NUMBERS = tuple(f"bad_input_{n}" for n in range(24))
"""Orders that requests are about: few, so that many are about one that there is."""
NOTIFY_URL = "http://127.0.0.1:1/callbacks"
Seal = Callable[[Customer, str, str, str, object], Message]
"""A method of `Customer`."""
AMOUNT = {"refund": 1, "total": 1990, "currency": "CNY"}


@dataclass(frozen=True, slots=True)
class Good:
    """A request that would be taken."""

    method: str
    path: str
    """A place in it is `{name}`."""
    seal: Seal
    members: Mapping[str, Any] | None = None
    """Its body; None: it has none."""
    query: Mapping[str, str] = field(default_factory=dict)
    variant: str = ""
    """What tells it from others of this path."""

    @property
    def route(self) -> str:
        """What it is called."""
        return f"{self.method} {self.path} {self.variant}".strip()


def goods(settings: Mapping[str, str], pages: Iterable[Route]) -> list[Good]:
    """A good request of every route."""
    return [
        *_apiv3(settings),
        *_alipay(settings["ALIPAY_SELLER_ID"]),
        *_envelopes(settings),
        *_tools(settings["GOLIVE_TEST_OPENID"]),
        *_pages(pages),
    ]


def pages_of(simulator: Simulator) -> list[Route]:
    """Levers, console and cashiers, as they are served."""
    return [each for each in simulator.pages.routes if isinstance(each, Route)]


def _apiv3(settings: Mapping[str, str]) -> Iterator[Good]:
    mchid, openid = settings["WECHAT_PAY_MCH_ID"], settings["GOLIVE_TEST_OPENID"]
    order = {
        "appid": settings["WECHAT_PAY_APP_ID"],
        "mchid": mchid,
        "description": "龙井 250 克",
        "out_trade_no": NUMBERS[0],
        "notify_url": NOTIFY_URL,
        "time_expire": "2036-12-08T10:34:56+08:00",
        "attach": "a",
        "amount": {"total": 1990, "currency": "CNY"},
        "detail": {
            "cost_price": 1,
            "goods_detail": [{"merchant_goods_id": "g", "quantity": 1, "unit_price": 1}],
        },
        "scene_info": {"payer_client_ip": "203.0.113.7"},
    }
    at = partial(Good, seal=Customer.apiv3)
    pay, refunds = "/v3/pay/transactions", "/v3/refund/domestic/refunds"
    for product in ("native", "app"):
        yield at("POST", f"{pay}/{product}", members=order)
    scene = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}
    yield at("POST", f"{pay}/h5", members={**order, "scene_info": scene})
    yield at("POST", f"{pay}/jsapi", members={**order, "payer": {"openid": openid}})
    yield at("GET", f"{pay}/out-trade-no/{{out_trade_no}}", query={"mchid": mchid})
    yield at("POST", f"{pay}/out-trade-no/{{out_trade_no}}/close", members={"mchid": mchid})
    yield at("GET", f"{pay}/id/{{transaction_id}}", query={"mchid": mchid})
    refund = {
        "out_trade_no": NUMBERS[0],
        "out_refund_no": NUMBERS[1],
        "reason": "r",
        "notify_url": NOTIFY_URL,
        "amount": {**AMOUNT, "from": [{"account": "AVAILABLE", "amount": 1}]},
        "goods_detail": [
            {"merchant_goods_id": "g", "unit_price": 1, "refund_amount": 1, "refund_quantity": 1}
        ],
    }
    yield at("POST", refunds, members=refund)
    yield at("GET", f"{refunds}/{{out_refund_no}}")
    card = {"out_refund_no": NUMBERS[1], "type": "USER_BANK_CARD", "bank_type": "ICBC_DEBIT"}
    card |= {"bank_account": "x", "real_name": "y"}
    yield at("POST", f"{refunds}/{{refund_id}}/apply-abnormal-refund", members=card)
    for bill, which in (("tradebill", {"bill_type": "ALL"}), ("fundflowbill", {"account_type": "BASIC"})):
        query = {"bill_date": _yesterday(), **which, "tar_type": "GZIP"}
        yield at("GET", f"/v3/bill/{bill}", query=query)
    for path in ("/v3/billdownload/file", "/v3/bill/downloadurl"):
        yield at("GET", path, query={"token": "t"})
    yield at("GET", "/v3/certificates")
    yield at("POST", "/v3/security/echo", members={"message": "a", "encrypted": "b"})


def _yesterday() -> str:
    return f"{wire_now().astimezone(BEIJING) - timedelta(days=1):%Y-%m-%d}"


def _alipay(seller: str) -> Iterator[Good]:
    order = {
        "out_trade_no": NUMBERS[0],
        "total_amount": "19.90",
        "subject": "龙井 250 克",
        "body": "b",
        "seller_id": seller,
        "timeout_express": "90m",
        "product_code": "FACE_TO_FACE_PAYMENT",
        "passback_params": "p",
        "quit_url": "https://shop.example.com/",
        "return_url": "https://shop.example.com/",
        "notify_url": NOTIFY_URL,
        "goods_detail": [{"goods_id": "g", "goods_name": "n", "quantity": 1, "price": "1.00"}],
        "extend_params": {"sys_service_provider_id": "2088511833207846"},
    }
    one: dict[str, Any] = {"out_trade_no": NUMBERS[0], "trade_no": "", "query_options": ["fund_bill_list"]}
    refund = {**one, "refund_amount": "0.01", "out_request_no": NUMBERS[1], "refund_reason": "r"}
    bill = {"bill_type": "trade", "bill_date": _yesterday()}
    methods: dict[str, Mapping[str, Any]] = {
        "precreate": order,
        "create": order,
        "query": one,
        "close": one,
        "cancel": one,
        "refund": refund,
        "fastpay.refund.query": refund,
    }
    for name, members in methods.items():
        path = f"/v3/alipay/trade/{name.replace('.', '/')}"
        yield Good("POST", path, Customer.v3, members)
    sold = {"page": "FAST_INSTANT_TRADE_PAY", "wap": "QUICK_WAP_WAY", "app": "QUICK_MSECURITY_PAY"}
    pages = {f"alipay.trade.{name}.pay": {**order, "product_code": sold[name]} for name in sold}
    gateway: dict[str, Mapping[str, Any]] = {
        f"alipay.trade.{name}": members for name, members in methods.items()
    } | pages
    gateway |= {
        "alipay.data.dataservice.bill.downloadurl.query": bill,
        "alipay.open.app.alipaycert.download": {"alipay_cert_sn": "s"},
    }
    for name, members in gateway.items():
        yield Good("POST", "/alipay/gateway.do", Customer.gateway, members, variant=name)
    yield Good("GET", "/v3/alipay/data/dataservice/bill/downloadurl/query", Customer.v3, query=bill)
    yield Good("GET", "/downloadBillFile.resource", Customer.v3, query={"token": "t"})


def _envelopes(settings: Mapping[str, str]) -> Iterator[Good]:
    for provider, prefix in (("wechat", "/mcp/v1/wechat"), ("alipay", "/alipay/mcp/v1/alipay")):
        seal = Customer.alipay_envelope if provider == "alipay" else Customer.wechat_envelope
        at = partial(Good, "POST", seal=seal)
        order = {
            "outTradeNo": NUMBERS[0],
            "totalAmount": 1990,
            "subject": "龙井 250 克",
            "paymentMethod": provider,
            "paymentType": "qr",
            "notifyUrl": NOTIFY_URL,
            "returnUrl": "https://shop.example.com/",
            "openid": settings["GOLIVE_TEST_OPENID"],
            "sceneInfo": {"payer_client_ip": "203.0.113.7"},
        }
        if provider == "alipay":
            order |= {"timeoutExpress": "90m", "extraParams": {"passback_params": "p"}}
            del order["openid"], order["sceneInfo"]
        refund = {"outTradeNo": NUMBERS[0], "outRefundNo": NUMBERS[1], "refundAmount": 1}
        yield at(path=f"{prefix}/health", members={})
        yield at(path=f"{prefix}/payment/create", members=order)
        for kind in ("h5", "jsapi"):
            yield at(path=f"{prefix}/payment/create", members={**order, "paymentType": kind}, variant=kind)
        one = {"outTradeNo": NUMBERS[0], "paymentId": None, "paymentMethod": provider}
        yield at(path=f"{prefix}/payment/query", members=one)
        yield at(path=f"{prefix}/payment/refund", members={**refund, "paymentMethod": provider})
        yield at(path=f"{prefix}/payment/refund/query", members={**refund, "paymentMethod": provider})


def _tools(openid: str) -> Iterator[Good]:
    order = {"out_trade_no": NUMBERS[0], "amount": 1990, "description": "龙井", "notify_url": NOTIFY_URL}
    order |= {"time_expire": "2036-12-08T10:34:56+08:00", "attach": "a"}
    refund = {"out_trade_no": NUMBERS[0], "out_refund_no": NUMBERS[1], "amount": 1, "reason": "r"}
    trade = {"outTradeNo": NUMBERS[0], "totalAmount": 19.9, "orderTitle": "龙井", "notifyUrl": NOTIFY_URL}
    trade |= {"returnUrl": NOTIFY_URL, "passbackParams": "p"}
    back = {"outTradeNo": NUMBERS[0], "refundAmount": 0.01, "outRequestNo": NUMBERS[1], "refundReason": "r"}
    phone = {**order, "payer_client_ip": "203.0.113.7", "h5_type": "Wap"}
    given: dict[str, dict[str, Any]] = {
        wechat.CREATE_NATIVE: order,
        wechat.CREATE_H5: phone,
        wechat.CREATE_JSAPI: {**order, "openid": openid},
        wechat.QUERY: {"out_trade_no": NUMBERS[0]},
        wechat.CLOSE: {"out_trade_no": NUMBERS[0]},
        wechat.REFUND: refund,
        wechat.QUERY_REFUND: {"out_refund_no": NUMBERS[1]},
        wechat.STATUS: {},
        alipay.CREATE_MOBILE: trade,
        alipay.CREATE_WEB_PAGE: trade,
        alipay.QUERY: {"outTradeNo": NUMBERS[0]},
        alipay.REFUND: back,
        alipay.QUERY_REFUND: {"outTradeNo": NUMBERS[0], "outRequestNo": NUMBERS[1]},
    }
    for path, entries in (("/mcp/v1", wechat.ENTRIES), ("/alipay/mcp/v1", alipay.ENTRIES)):
        seal = Customer.alipay_tool if entries is alipay.ENTRIES else Customer.wechat_tool
        at = partial(Good, "POST", path, seal)
        for name in entries:
            params = {"name": name, "arguments": given[name]}
            yield at({"method": "tools/call", "params": params}, variant=name)
        yield at({"method": "tools/list", "params": {}}, variant="tools/list")
        client = {"name": "n", "version": "1"}
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client}
        yield at({"method": "initialize", "params": hello}, variant="initialize")
        yield Good("GET", path, seal)
        yield Good("DELETE", path, seal)


def _pages(pages: Iterable[Route]) -> Iterator[Good]:
    for route in pages:
        for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
            path = route.path
            if path.endswith("/acts/{name}"):
                for name in ACTS:
                    act = path.replace("{name}", name)
                    yield Good(method, act, Customer.page, BODIES.get(f"act {name}", ABOUT))
                continue
            body = BODIES.get(f"{method} {path}", None if method == "GET" else {})
            yield Good(method, path, _spoken_to(path), body, QUERIES.get(path, {}))


def _spoken_to(path: str) -> Seal:
    if path.startswith(LEVERS):
        return Customer.lever
    if path == "/cashier/jsapi":
        return Customer.bridge
    return Customer.form if path.startswith(("/cashier/", "/alipay/cashier")) else Customer.page


ABOUT = {"account": "", "number": NUMBERS[0]}
FAULT = {"operation": "query", "action": "status", "value": 502, "out_trade_no": NUMBERS[0], "times": 1}
BODIES: Mapping[str, Mapping[str, Any]] = {
    f"POST {LEVERS}/pay": {"out_trade_no": NUMBERS[0], "openid": None, "coupon": 1, "outcome": "pay"},
    f"POST {LEVERS}/advance": {"seconds": 60},
    f"POST {LEVERS}/refunds/{{out_refund_no}}/end": {"status": "SUCCESS"},
    f"POST {LEVERS}/edition-refunds": {"on": True},
    f"POST {LEVERS}/bills": {"lacks": [], "adds": {"n": 1}, "amounts": {}, "wrong_hash": False},
    f"POST {LEVERS}/withdraw": {"amount": 1},
    f"POST {LEVERS}/faults": FAULT,
    f"PUT {LEVERS}/rules": {"source": "s", "rules": [FAULT]},
    f"POST {LEVERS}/accounts": {"notify_url": NOTIFY_URL, "experience": "perhaps", "key_mode": None},
    f"POST {LEVERS}/door": {"certificate": "trusted"},
    "act pay": {**ABOUT, "outcome": "pay", "coupon": 0},
    "act refund": {**ABOUT, "amount": 1},
    "act end-refund": {**ABOUT, "refund": NUMBERS[1], "status": "SUCCESS"},
    "act redeliver": {**ABOUT, "refund": ""},
    "act resend": {**ABOUT, "refund": ""},
    "act forge": {**ABOUT, "attack": "tampered-body"},
    "act advance": {"seconds": 60},
    "act fault": FAULT,
    "act outage": {"name": "none"},
    "act clear-faults": {},
    "POST /cashier/jsapi": {
        "timeStamp": "1414561699",
        "nonceStr": "n",
        "package": "p",
        "signType": "RSA",
        "outcome": "pay",
        "url": "http://127.0.0.1/",
    },
    "POST /alipay/bridge": {"tradeNO": "t", "token": "", "buyer_id": "", "outcome": "pay"},
    **{
        f"POST /cashier/{name}": {"code_url": "weixin://wxpay/bizpayurl?pr=x", "openid": ""}
        for name in ("pay", "cancel", "fail")
    },
    **{
        f"POST /cashier/h5/{name}": {"prepay_id": "p", "token": "t"}
        for name in ("open", "pay", "cancel", "fail")
    },
}
QUERIES: Mapping[str, Mapping[str, str]] = {
    f"{LEVERS}/creations": {"since": "2026-11-29T00:00:00+08:00"},
    f"{LEVERS}/rules": {"since": "2026-11-29T00:00:00+08:00"},
    f"{LEVERS}/refused-signatures": {"last": "20"},
    f"{LEVERS}/ledger": {"entries": "none"},
    f"{LEVERS}/orders/{{out_trade_no}}/notification": {"as_if": "paid"},
    **{
        f"/console/data/{name}": {"q": "a", "offset": "0", "limit": "5"}
        for name in ("orders", "requests", "ledger")
    },
    "/console/data/orders/{number}": {"account": ""},
    "/cashier/scan": {"code_url": "weixin://wxpay/bizpayurl?pr=x", "openid": ""},
    "/alipay/scan": {"code_url": "https://qr.alipay.com/x"},
    "/cashier/h5": {"prepay_id": "p", "package": "1", "redirect_url": "http://127.0.0.1/"},
    "/cgi-bin/mmpayweb-bin/checkmweb": {"prepay_id": "p", "package": "1"},
}
"""By path; a path that is not here has none."""
