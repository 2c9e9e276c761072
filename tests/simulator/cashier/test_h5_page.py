"""The H5 middle page lets through whom the live one lets through, and says verbatim why nobody else may."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest

from harness.core.payment import Product, TradeState
from harness.simulator.wire.kit.transaction import transaction
from tests.simulator.cashier.cashier_side import FRIEND, NOTIFY_URL, PAYER_IP, CashierSide

MERCHANT_PAGE = "https://shop.example/"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/140.0.0.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1"
WECHAT = f"{ANDROID} MicroMessenger/8.0.62"
RETURN = f"&redirect_url={quote('https://shop.example/payment/return?orderId=1&x=2', safe='')}"


class Seen:
    """A middle page as a browser got it."""

    def __init__(self, status: int, page: str) -> None:
        self.status = status
        self.page = page

    def script_value(self, name: str) -> str:
        """A value the page's script holds; empty without one."""
        found = re.search(rf"var {name} = (.*);", self.page)
        return str(json.loads(found[1])) if found else ""

    @property
    def deeplink(self) -> str:
        """What starts WeChat."""
        return self.script_value("deeplink")

    @property
    def error(self) -> str:
        """Why nobody is let through; what is written on the page and what the script holds are one."""
        said = self.script_value("error_msg")
        assert said == ("" if self.deeplink else told(self.page, "h5-error"))
        return said

    @property
    def token(self) -> str:
        """What the buttons send along."""
        found = re.search(r"const order = (.*);", self.page)
        assert found is not None
        return str(json.loads(found[1])["token"])


def told(page: str, test_id: str) -> str:
    found = re.search(rf'<(\w+)[^>]* data-testid="{test_id}"[^>]*>(.*?)</\1>', page, re.DOTALL)
    assert found is not None, f"no {test_id} in {page}"
    return html.unescape(re.sub(r"<[^>]+>", "", found[2]))


def arrive(side: CashierSide, url: str, *, peer: str = "127.0.0.1", **headers: str | None) -> Seen:
    """Open an h5_url as a phone on the payer's network does; a header of None is not sent."""
    sent = {"Referer": MERCHANT_PAGE, "User_Agent": ANDROID, "X_Forwarded_For": PAYER_IP, **headers}
    parts = urlsplit(url)
    answer = side.send(
        "GET",
        f"{parts.path}?{parts.query}",
        peer=peer,
        headers={name.replace("_", "-"): value for name, value in sent.items() if value is not None},
    )
    return Seen(answer.status_code, answer.text)


def press(side: CashierSide, action: str, handed_out: str, token: str, **options: Any) -> tuple[int, Any]:
    prepay_id = re.search(r"prepay_id=(\w+)", handed_out)
    assert prepay_id is not None
    data = {"prepay_id": prepay_id[1], "token": token}
    answer = side.send("POST", f"/cashier/h5/{action}", data=data, **options)
    return answer.status_code, answer.json()


@pytest.fixture
def side() -> CashierSide:
    """A platform that has seen nothing yet."""
    return CashierSide()


def h5_url(side: CashierSide, **changes: Any) -> str:
    handed_out = side.order(**changes).h5_url
    assert handed_out is not None
    return handed_out


def test_a_payer_from_the_merchants_page_is_let_through(side: CashierSide) -> None:
    seen = arrive(side, h5_url(side))
    assert (seen.status, seen.error) == (200, "")
    assert told(seen.page, "cashier-merchant") == side.account.payee
    assert told(seen.page, "cashier-amount") == "¥19.90"
    assert told(seen.page, "cashier-description") == "龙井 250 克"
    assert "模拟环境 · no real money" in told(seen.page, "cashier-banner")


def test_the_page_holds_the_deep_link_that_starts_wechat(side: CashierSide) -> None:
    handed_out = h5_url(side)
    deeplink = arrive(side, handed_out).deeplink
    scheme, _, encoded = deeplink.partition("?")
    assert scheme == "weixin://wap/pay"
    assert re.fullmatch(r"[\w%]+", encoded)
    prepay_id, package = re.findall(r"=(\w+)", handed_out)
    shape = f"prepayid={prepay_id}&package={package}&noncestr=[0-9a-f]{{32}}&sign=[0-9a-f]{{32}}"
    assert re.fullmatch(shape, unquote(encoded))


def test_the_plain_path_shows_the_same_page(side: CashierSide) -> None:
    query = urlsplit(h5_url(side)).query
    assert arrive(side, f"/cashier/h5?{query}").deeplink


def test_looking_pays_nothing(side: CashierSide) -> None:
    arrive(side, h5_url(side))
    assert side.state is TradeState.NOTPAY
    assert side.kinds == ["created"]


@pytest.mark.parametrize(
    ("button", "says", "state"),
    [
        ("pay", "支付成功", TradeState.SUCCESS),
        ("cancel", "已取消", TradeState.NOTPAY),
        ("fail", "支付失败", TradeState.NOTPAY),
    ],
)
def test_each_button_does_what_it_says(side: CashierSide, button: str, says: str, state: TradeState) -> None:
    handed_out = h5_url(side)
    token = arrive(side, handed_out).token
    assert press(side, "open", handed_out, token) == (200, {})
    status, answer = press(side, button, handed_out, token)
    assert (status, answer["zh"], side.state) == (200, says, state)


def test_a_paid_h5_order_reports_mweb(side: CashierSide) -> None:
    handed_out = h5_url(side)
    press(side, "pay", handed_out, arrive(side, handed_out).token)
    order = side.account.paid("order-20261123-001")
    assert transaction(order)["trade_type"] == "MWEB"


def test_paying_twice_takes_the_money_once(side: CashierSide) -> None:
    handed_out = h5_url(side)
    token = arrive(side, handed_out).token
    press(side, "pay", handed_out, token)
    status, answer = press(side, "pay", handed_out, token)
    assert (status, answer["error"]["zh"]) == (409, "该订单已支付，请勿重复支付")
    assert side.kinds == ["created", "paid"]


@pytest.mark.parametrize("action", ["open", "pay", "cancel", "fail"])
@pytest.mark.parametrize("token", ["", "0" * 64, "不"])
def test_nobody_pays_past_the_middle_page(side: CashierSide, action: str, token: str) -> None:
    status, answer = press(side, action, h5_url(side), token)
    assert (status, answer["error"]["zh"]) == (409, "系统繁忙，请稍后再试")
    assert side.kinds == ["created"]


def test_a_token_opens_its_own_order_only(side: CashierSide) -> None:
    token = arrive(side, h5_url(side)).token
    other = h5_url(side, once="again")
    assert press(side, "pay", other, token)[0] == 409
    assert side.state is TradeState.NOTPAY


# Who is not let through, with the documented words ------------------------------------------------


@pytest.mark.parametrize("referer", [None, ""], ids=["absent", "empty"])
def test_a_pasted_link_has_no_referer(side: CashierSide, referer: str | None) -> None:
    seen = arrive(side, h5_url(side), Referer=referer)
    assert (seen.status, seen.error) == (200, "商家参数格式有误，请联系商家解决")
    assert "Referrer-Policy" in told(seen.page, "h5-error-cause")


@pytest.mark.parametrize(
    "referer",
    [
        "https://other.example/",
        "https://pay.shop.example/",
        "https://Shop.example/",
        "https://shop.example.evil.example/",
        "https://shop.example@evil.example/",
        "about:blank",
        "shop.example",
        "https://[",
    ],
)
def test_another_domain_is_not_registered(side: CashierSide, referer: str) -> None:
    assert arrive(side, h5_url(side), Referer=referer).error == "商家存在未配置的参数，请联系商家解决"


@pytest.mark.parametrize("referer", ["https://shop.example/pay?x=1", "http://shop.example:8443/"])
def test_any_page_of_the_registered_domain_will_do(side: CashierSide, referer: str) -> None:
    assert arrive(side, h5_url(side), Referer=referer).deeplink


@pytest.mark.parametrize("referer", ["http://127.0.0.1:3000/", "http://localhost/", "http://[::1]:3000/"])
def test_on_this_machine_every_port_is_the_merchants(side: CashierSide, referer: str) -> None:
    handed_out = h5_url(side, notify_url="http://127.0.0.1:8000/notify")
    assert arrive(side, handed_out, Referer=referer).deeplink
    assert arrive(side, handed_out, Referer="https://shop.example/").error


def test_the_way_back_is_the_merchants_or_nobodys(side: CashierSide) -> None:
    handed_out = h5_url(side)
    assert arrive(side, handed_out + RETURN).deeplink
    for foreign in ("https://evil.example/", "javascript:alert(1)", "//shop.example/", "/payment/return"):
        seen = arrive(side, f"{handed_out}&redirect_url={quote(foreign, safe='')}")
        assert seen.error == "商家存在未配置的参数，请联系商家解决"
        assert "redirect_url" in told(seen.page, "h5-error-cause")


def test_the_way_back_keeps_its_own_query(side: CashierSide) -> None:
    page = arrive(side, h5_url(side) + RETURN).page
    found = re.search(r"const redirectUrl = (.*);", page)
    assert found is not None
    assert json.loads(found[1]) == "https://shop.example/payment/return?orderId=1&x=2"


@pytest.mark.parametrize(
    ("agent", "says"), [(ANDROID, "系统繁忙，请稍后再试"), (IPHONE, "签名验证失败")], ids=["android", "ios"]
)
@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace("&package=", "&packag="),
        lambda url: url[:-1],
        lambda url: url.partition("&package=")[0],
        lambda url: url + "&redirect_url=https://shop.example/return",
        lambda url: url + "&redirect_url=https%3A%2F%2Fshop.example%2F&orderId=1",
        lambda url: url.replace("?", "?lang=zh&"),
        lambda url: url.replace("prepay_id=wx", "prepay_id=wy"),
    ],
    ids=["renamed", "cut-by-one", "cut", "redirect-not-encoded", "more-behind", "more-before", "unknown"],
)
def test_an_address_that_was_changed_is_refused(
    side: CashierSide, change: Any, agent: str, says: str
) -> None:
    assert arrive(side, change(h5_url(side)), User_Agent=agent).error == says


def test_a_prepay_id_of_another_product_opens_nothing(side: CashierSide) -> None:
    prepay_id = side.order(Product.JSAPI).prepay_id
    assert arrive(side, f"/cashier/h5?prepay_id={prepay_id}&package=1234567890").error


def test_inside_wechat_the_payer_is_sent_out(side: CashierSide) -> None:
    assert arrive(side, h5_url(side), User_Agent=WECHAT).error == "请在微信外打开订单，进行支付"


@pytest.mark.parametrize(
    ("peer", "forwarded"),
    [
        ("127.0.0.1", "203.0.113.8"),
        ("127.0.0.1", None),
        ("127.0.0.1", "203.0.113.7, 203.0.113.8"),
        ("127.0.0.1", "nonsense"),
        ("198.51.100.1", PAYER_IP),
    ],
    ids=["another", "unproxied", "forged-first-hop", "nonsense", "proxy-not-trusted"],
)
def test_another_network_than_the_orders_is_refused(
    side: CashierSide, peer: str, forwarded: str | None
) -> None:
    seen = arrive(side, h5_url(side), peer=peer, X_Forwarded_For=forwarded)
    assert seen.error == "网络环境未能通过安全验证，请稍后再试"


@pytest.mark.parametrize(
    ("peer", "forwarded", "ordered"),
    [
        (PAYER_IP, None, PAYER_IP),
        ("127.0.0.1", "203.0.113.7, 127.0.0.1", PAYER_IP),
        ("127.0.0.1", "::ffff:203.0.113.7", PAYER_IP),
        ("127.0.0.1", "2001:db8::7", "2001:0db8:0:0::7"),
    ],
    ids=["direct", "two-proxies", "mapped", "ipv6"],
)
def test_the_payers_own_network_is_recognised(
    side: CashierSide, peer: str, forwarded: str | None, ordered: str
) -> None:
    handed_out = h5_url(side, payer_client_ip=ordered)
    assert arrive(side, handed_out, peer=peer, X_Forwarded_For=forwarded).deeplink


@pytest.mark.parametrize("ordered", ["127.0.0.1", "::1"])
def test_an_order_that_names_the_merchants_own_machine_is_refused(side: CashierSide, ordered: str) -> None:
    handed_out = h5_url(side, payer_client_ip=ordered)
    for forwarded in (None, PAYER_IP):
        assert arrive(side, handed_out, X_Forwarded_For=forwarded).error == "由于商家传入的H5交易参数有误"


def test_five_minutes_are_the_end_of_it(side: CashierSide) -> None:
    handed_out = h5_url(side)
    side.clock.advance(timedelta(minutes=4, seconds=58))
    token = arrive(side, handed_out).token
    side.clock.advance(timedelta(seconds=2))
    assert arrive(side, handed_out).error == "支付请求已失效，请重新发起支付"
    assert press(side, "pay", handed_out, token)[1]["error"]["zh"] == "支付请求已失效，请重新发起支付"
    assert side.state is TradeState.NOTPAY


def test_ordering_again_gives_a_fresh_address(side: CashierSide) -> None:
    h5_url(side)
    side.clock.advance(timedelta(minutes=6))
    assert arrive(side, h5_url(side, once="again")).deeplink


def test_a_paid_and_a_closed_order_say_so(side: CashierSide) -> None:
    handed_out = h5_url(side)
    side.account.close("order-20261123-001")
    assert arrive(side, handed_out).error == "订单已关闭，请重新下单支付"
    paid = CashierSide()
    handed_out = h5_url(paid)
    paid.platform.pay(paid.account.find("order-20261123-001"))
    assert arrive(paid, handed_out).error == "该订单已支付，请勿重复支付"


def test_one_address_is_for_one_account(side: CashierSide) -> None:
    handed_out = h5_url(side)
    token = arrive(side, handed_out).token
    press(side, "open", handed_out, token, headers={"Cookie": f"openid={FRIEND}"})
    assert arrive(side, handed_out).error == "系统繁忙，请稍后再试"
    assert arrive(side, handed_out, Cookie=f"openid={FRIEND}").deeplink
    status, answer = press(side, "pay", handed_out, token)
    assert (status, answer["error"]["zh"]) == (409, "商家订单信息有误，请重新下单支付")
    assert side.state is TradeState.NOTPAY


# The page itself ----------------------------------------------------------------------------------


def test_what_the_merchant_wrote_is_shown_as_text_not_run(side: CashierSide) -> None:
    nasty = '</script><script>alert("1")</script>\'"&<img src=x onerror=alert(1)>'
    page = arrive(side, h5_url(side, description=nasty)).page
    assert told(page, "cashier-description") == nasty
    assert page.count("<script") == 2
    assert "<img" not in page


def test_a_way_back_cannot_break_out_of_the_script(side: CashierSide) -> None:
    nasty = "https://shop.example/?</script><script>alert(1)</script>"
    page = arrive(side, f"{h5_url(side)}&redirect_url={quote(nasty, safe='')}").page
    assert page.count("<script") == 2


def test_only_the_pages_own_scripts_may_run_and_nothing_is_loaded_from_elsewhere(side: CashierSide) -> None:
    url = urlsplit(h5_url(side))
    headers = {"Referer": MERCHANT_PAGE, "X-Forwarded-For": PAYER_IP}
    policies = set()
    for _ in range(2):
        answer = side.send("GET", f"{url.path}?{url.query}", headers=headers)
        policy = answer.headers["Content-Security-Policy"]
        once = re.search(r"script-src 'nonce-([\w-]+)'", policy)
        assert once is not None
        assert answer.text.count(f'<script nonce="{once[1]}">') == answer.text.count("<script") == 2
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r'(?:src|href)="', answer.text)
        policies.add(policy)
    assert len(policies) == 2  # a nonce is used once


def test_the_experience_edition_names_its_own_payee() -> None:
    side = CashierSide(experience=True)
    page = arrive(side, h5_url(side)).page
    assert (told(page, "cashier-merchant"), told(page, "cashier-edition")) == ("微信官方测试账户", "体验版")


def test_the_formal_edition_is_not_marked(side: CashierSide) -> None:
    assert "cashier-edition" not in arrive(side, h5_url(side)).page


@pytest.mark.parametrize("body", [b"", b"prepay_id=1", b"\xff\xfe=1", b"token=1&token=2"])
def test_garbage_at_a_button_is_refused(side: CashierSide, body: bytes) -> None:
    h5_url(side, notify_url=NOTIFY_URL)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert side.send("POST", "/cashier/h5/pay", content=body, headers=kind).status_code == 409
    assert side.send("POST", "/cashier/h5/pay", content=body).status_code == 409
