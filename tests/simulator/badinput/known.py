"""What a simulator hands out for orders that are there before anything is broken: codes, numbers, tokens.

Nobody comes by them otherwise, and without them no junk gets further than the first door.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from harness.callbacks.alipay.attacks import ATTACKS as OF_ALIPAY
from harness.callbacks.apiv3.attacks import ATTACKS as OF_APIV3
from harness.levers.models import LEVERS
from tests.simulator.badinput.customer import Customer
from tests.simulator.badinput.judged import Answer
from tests.simulator.badinput.message import Message
from tests.simulator.badinput.routes import NUMBERS, Good

Send = Callable[[Message], Answer]
Known = Mapping[str, tuple[str, ...]]
"""By what a member, or a place in a path, is called."""
_HANDED_OUT = {
    "code_url": rb'"code_url":"([^"]+)"',
    "prepay_id": rb'"prepay_id":"([^"]+)"',
    "h5": rb'"h5_url":"[^"?]+\?([^"]+)"',
    "transaction_id": rb'"transaction_id":"([^"]+)"',
    "refund_id": rb'"refund_id":"([^"]+)"',
    "trade_no": rb'"trade_no":"([^"]+)"',
    "qr_code": rb'"qr_code":"([^"]+)"',
    "serial_no": rb'"serial_no":"([^"]+)"',
}
NAMES = 11
"""Of what is known."""
_TOKEN = re.compile(r"/alipay/cashier/([^/?]+)$")
_H5_TOKEN = re.compile(rb'"token": "([0-9a-f]+)"')


def begin(send: Send, goods: Mapping[str, Good], customer: Customer) -> Known:
    """Order, pay and give back by good requests alone, and keep what is handed out.

    Raises:
        AssertionError: a good request is refused, so what is broken afterwards would prove nothing.
    """
    found: dict[str, list[str]] = {name: [] for name in (*_HANDED_OUT, "token")}

    def ask(route: str, number: str, **members: object) -> Answer:
        good = goods[route]
        path = re.sub(r"\{\w+\}", number, good.path)
        query = "&".join(f"{name}={value}" for name, value in good.query.items())
        target = f"{path}?{query}" if query else path
        body = None if good.members is None else {**good.members, **members}
        answer = send(good.seal(customer, good.route, good.method, target, body))
        assert 0 < (answer.status or 0) < 400, (route, answer)
        for name, pattern in _HANDED_OUT.items():
            found[name] += [each.decode() for each in re.findall(pattern, answer.body.replace(b"\\/", b"/"))]
        if (token := _TOKEN.search(answer.location)) is not None:
            found["token"].append(token[1])
        return answer

    pay, refunds = "POST /v3/pay/transactions", "POST /v3/refund/domestic/refunds"
    for number, product in zip(NUMBERS, ("native", "native", "jsapi", "h5"), strict=False):
        ask(f"{pay}/{product}", number, out_trade_no=number)
    for number in NUMBERS[1:3]:
        ask(f"POST {LEVERS}/pay", number, out_trade_no=number, coupon=0)
        ask("GET /v3/pay/transactions/out-trade-no/{out_trade_no}", number)
        ask(refunds, number, out_trade_no=number, out_refund_no=number)
    ask("GET /v3/certificates", "")
    for number, name in zip(NUMBERS, ("page.pay", "wap.pay", "precreate"), strict=False):
        ask(f"POST /alipay/gateway.do alipay.trade.{name}", number, out_trade_no=number)
    for token in found["token"]:
        ask("POST /alipay/cashier/{token}/login", token)
        ask("POST /alipay/cashier/{token}/pay", token)
    for number in NUMBERS[:2]:
        ask("POST /alipay/gateway.do alipay.trade.query", number, out_trade_no=number, trade_no="")
    known = _arranged(send, customer, found)
    assert len(known) == NAMES, known
    return known


def _arranged(send: Send, customer: Customer, found: Mapping[str, list[str]]) -> Known:
    """By the names under which requests have them."""
    pages = [f"/cashier/h5?{query}" for query in found["h5"]]
    shown = [send(customer.form("GET /cashier/h5", "GET", page, None)).body for page in pages]
    assert any(map(_H5_TOKEN.search, shown)), shown
    tokens = [each.decode() for page in shown for each in _H5_TOKEN.findall(page)]
    prepaid = found["prepay_id"] + [query.split("=")[1].split("&")[0] for query in found["h5"]]
    known = {
        "code_url": found["code_url"] + found["qr_code"],
        "prepay_id": prepaid,
        "package": [f"prepay_id={each}" for each in prepaid]
        + [each.rpartition("=")[2] for each in found["h5"]],
        "transaction_id": found["transaction_id"],
        "paymentId": found["transaction_id"],
        "refund_id": found["refund_id"],
        "token": found["token"] + tokens,
        "trade_no": ["", *found["trade_no"]],
        "tradeNO": found["trade_no"],
        "serial": found["serial_no"],
        "attack": [each.id for each in (*OF_ALIPAY[:9], *OF_APIV3[:9])],
    }
    return {name: tuple(values) for name, values in known.items() if values}
