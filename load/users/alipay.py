"""Requests to Alipay's gateway, and answers verified by 支付宝公钥 over their node (facts alipay 1 and 2)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from harness.core.clock import BEIJING, wire_now
from harness.core.errors import UsageError
from harness.core.money import Fen
from harness.core.payment import Product
from harness.settings import Settings
from harness.settings.model import AlipaySettings, McpSettings
from harness.signing.alipay import RSA2, answer_holds, sign_request
from load.key import Key
from load.users.answers import Answer, Wrong, judged_handle, judged_state, read_object, same
from load.users.wire import DESCRIPTION, USER_AGENT, Request

ID = "alipay"
_FORM = "application/x-www-form-urlencoded;charset=utf-8"
_METHODS = {
    Product.NATIVE: ("alipay.trade.precreate", "QR_CODE_OFFLINE"),
    Product.H5: ("alipay.trade.wap.pay", "QUICK_WAP_WAY"),
    Product.PAGE: ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
}
_STATES = {"WAIT_BUYER_PAY": "NOTPAY", "TRADE_SUCCESS": "SUCCESS", "TRADE_FINISHED": "SUCCESS"}
NOT_OPENED = "ACQ.TRADE_NOT_EXIST"
"""What a query says of a number under which no payer has opened anything."""
_SIGNED = re.compile(
    rb'\A\{"(?P<name>\w+)":(?P<node>\{.*\})(?:,"alipay_cert_sn":"[^"]*")?,"sign":"(?P<sign>[^"]*)"\}\Z',
    re.DOTALL,
)


def shared_state(status: object) -> str:
    """A `trade_status` in the word that every wire has for it; one that nobody knows stays."""
    return _STATES.get(str(status), str(status))


def alipay_endpoint(settings: Settings) -> tuple[McpSettings, AlipaySettings]:
    """Alipay's MCP endpoint, and the application that calls it.

    Raises:
        UsageError: the settings name none.
    """
    if settings.alipay is None or settings.alipay_mcp is None:
        raise UsageError(
            "the settings name no MCP endpoint of Alipay's",
            where="ALIPAY_MCP_ENDPOINT",
            remedy="set ALIPAY_MCP_ENDPOINT, ALIPAY_MCP_API_KEY and ALIPAY_MCP_MERCHANT_ID",
        )
    return settings.alipay_mcp, settings.alipay


class LoadWire:
    """One application at the gateway. Bridge and app need a payer of Alipay's, whom a load does not have.

    Args:
        settings: of which Alipay's are used.
        openid: not used: it is a payer of WeChat's.
        notify_url: of every order.
        amount: of every order.

    Raises:
        UsageError: the settings configure no Alipay.
    """

    def __init__(self, settings: Settings, *, openid: str, notify_url: str, amount: Fen) -> None:
        del openid
        own = settings.alipay
        if own is None:
            raise UsageError(
                "the settings configure no Alipay",
                where="ALIPAY_APP_ID",
                remedy="set what `golive config check` says is missing of Alipay",
            )
        address = urlsplit(own.gateway_url)
        self.origin = f"{address.scheme}://{address.netloc}"
        self._path = address.path
        self._own = own
        self._notify_url = notify_url
        self._amount = amount.yuan

    def create(self, out_trade_no: str, product: Product) -> Request:
        """Asks for a code; of H5 and page it opens the signed link, as a payer's browser does.

        Raises:
            UsageError: another product.
        """
        if product not in _METHODS:
            raise UsageError(
                "a load asks Alipay for codes and links alone",
                where=product,
                remedy="choose native, h5 or page",
            )
        method, code = _METHODS[product]
        content = {
            "out_trade_no": out_trade_no,
            "total_amount": self._amount,
            "subject": DESCRIPTION,
            "product_code": code,
        }
        key = Key("create", product.value, ID)
        if product is not Product.NATIVE:
            members = self._signed(method, content, notify_url=self._notify_url)
            headers = {"User-Agent": USER_AGENT}
            return Request(key, "GET", f"{self._path}?{urlencode(members)}", headers, b"", _led_on)

        def judge(answer: Answer) -> Mapping[str, Any]:
            return judged_handle(same(self._success(answer, method), "out_trade_no", out_trade_no), "qr_code")

        return self._post(key, method, content, judge, notify_url=self._notify_url)

    def query(self, out_trade_no: str, product: Product, states: frozenset[str]) -> Request:
        """Asks by the merchant's own number; what nobody has opened is not paid."""
        method = "alipay.trade.query"

        def judge(answer: Answer) -> Mapping[str, Any]:
            members = same(self._believed(answer, method), "out_trade_no", out_trade_no)
            if members.get("sub_code") == NOT_OPENED:
                return judged_state({"trade_state": "NOTPAY"}, states, "trade_state")
            state = shared_state(_settled(members).get("trade_status"))
            return judged_state({"trade_state": state}, states, "trade_state")

        return self._post(Key("query", product.value, ID), method, {"out_trade_no": out_trade_no}, judge)

    def close(self, out_trade_no: str, product: Product) -> Request:
        """Closes an unpaid order; of one that nobody has opened there is nothing to close."""
        method = "alipay.trade.close"

        def judge(answer: Answer) -> Mapping[str, Any]:
            members = self._believed(answer, method)
            return members if members.get("sub_code") == NOT_OPENED else _settled(members)

        return self._post(Key("close", product.value, ID), method, {"out_trade_no": out_trade_no}, judge)

    def _post(
        self,
        key: Key,
        method: str,
        content: Mapping[str, object],
        judge: Callable[[Answer], Mapping[str, Any]],
        **further: str,
    ) -> Request:
        members = self._signed(method, content, **further)
        body = urlencode({"biz_content": members.pop("biz_content")}).encode()
        headers = {"User-Agent": USER_AGENT, "Content-Type": _FORM}
        return Request(key, "POST", f"{self._path}?{urlencode(members)}", headers, body, judge)

    def _signed(self, method: str, content: Mapping[str, object], **further: str) -> dict[str, str]:
        members = {
            "app_id": self._own.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": RSA2,
            "timestamp": wire_now().astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
            **further,
        }
        if certificates := self._own.certificates:
            members["app_cert_sn"] = certificates.app_cert_sn
            members["alipay_root_cert_sn"] = certificates.root_cert_sn
        return members | {"sign": sign_request(self._own.private_key, members)}

    def _success(self, answer: Answer, method: str) -> Mapping[str, Any]:
        return _settled(self._believed(answer, method))

    def _believed(self, answer: Answer, method: str) -> Mapping[str, Any]:
        """The node of an answer, once its signature holds over exactly these bytes."""
        if answer.status != 200:
            raise Wrong(f"HTTP {answer.status}")
        found = _SIGNED.match(answer.body)
        if found is None:
            read_object(answer.body)
            raise Wrong("bad signature")
        if found["name"].decode() != f"{method.replace('.', '_')}_response":
            raise Wrong("answer to another request")
        if not answer_holds(self._own.public_key, found["node"], found["sign"].decode()):
            raise Wrong("bad signature")
        return read_object(found["node"])


def _settled(members: Mapping[str, Any]) -> Mapping[str, Any]:
    if members.get("code") != "10000":
        raise Wrong(f"{members.get('code')} {members.get('sub_code', '')}".strip())
    return members


def _led_on(answer: Answer) -> Mapping[str, Any]:
    """A link that is believed leads to the cashier; an error page leads nowhere."""
    places = [value for name, value in answer.headers if name.lower() == "location"]
    if answer.status != 302 or not places:
        raise Wrong(f"HTTP {answer.status} without a cashier")
    return {"location": places[0]}
