"""Alipay's own browser, played: `AlipayJSBridge` for the pages of one context, and the payer behind it.

The live bridge hands a `tradeNO`, or the signed string of an app order, to the app (facts alipay 4.4). Here
the stand-in checks what needs no platform first, the string's signature with the merchant's public key among
it, and asks the simulated cashier only then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from playwright.sync_api import BrowserContext, Page

from harness.browser.bridge_calls import wait_for_call
from harness.browser.cashier_line import CashierLine
from harness.browser.page_actions import PATIENCE_S
from harness.browser.wechat_bridge import BridgeReady
from harness.core.errors import EnvironmentUnreachable
from harness.signing.alipay import RSA2, SIGN, SIGN_TYPE, verify_request
from harness.signing.keys import load_public_key

AlipayPayerWill = Literal["pay", "cancel", "fail", "processing", "unknown", "offline"]
"""`processing` and `unknown` pay without the page being told; `offline` reaches nobody."""

FAILED, OFFLINE = "4000", "6002"
TRADE_NO, ORDER_STRING = "tradeNO", "orderStr"
APP_PAY = "alipay.trade.app.pay"

_NUMBER = re.compile(r"[0-9]{16,64}", re.ASCII)
_SCRIPT = files("harness.browser").joinpath("alipay_bridge.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class TradePayCall:
    """One `AlipayJSBridge.call('tradePay', …)` and how it ended."""

    parameters: Mapping[str, object]
    """As the page gave them, all of them."""
    page_url: str
    wrong: str
    """Why the stand-in itself refused the parameters; empty when it did not."""
    result_code: str
    """What the page was told, e.g. `9000`. None of them proves a payment."""
    memo: str
    detail: str
    """Why it failed, as the platform explains it; empty otherwise."""


def why_no_payment(parameters: Mapping[str, object], merchant_key: RSAPublicKey) -> str:
    """What is wrong with the parameters of `tradePay`; empty when nothing is."""
    given = {
        name: parameters[name] for name in (TRADE_NO, ORDER_STRING) if parameters.get(name) not in (None, "")
    }
    if len(given) != 1:
        near = next((name for name in parameters if name.lower().replace("_", "") == "tradeno"), "")
        if near in ("", TRADE_NO):
            return "wants either tradeNO or orderStr"
        return f"wants either tradeNO or orderStr; {near} is not tradeNO"
    ((name, value),) = given.items()
    if not isinstance(value, str):
        return f"{name} is not text"
    if name == TRADE_NO:
        return "" if _NUMBER.fullmatch(value) else "tradeNO is no number of Alipay's"
    return _why_not_signed(value, merchant_key)


def _why_not_signed(order_string: str, merchant_key: RSAPublicKey) -> str:
    try:
        members = dict(parse_qsl(order_string, keep_blank_values=True, strict_parsing=True))
        charset = members.get("charset", "utf-8")
        holds = verify_request(merchant_key, members, charset=charset)
    except (ValueError, LookupError):
        return "orderStr is no line of name=value members"
    problems = (
        (members.get("method") != APP_PAY, "the method of orderStr is not alipay.trade.app.pay"),
        (not members.get(SIGN), "orderStr is not signed"),
        (members.get(SIGN_TYPE) != RSA2, "orderStr is not signed with RSA2"),
        (not holds, "the signature of orderStr does not hold"),
    )
    return next((sentence for wrong, sentence in problems if wrong), "")


class AlipayStandIn:
    """Plays Alipay around the pages of a context opened with `ALIPAY_PHONE`. Make it before the first page.

        context = browser.new_context(**ALIPAY_PHONE)
        alipay = AlipayStandIn(context, simulator_url, merchant_public_key=pem, buyer_id=buyer_id)
        alipay.next_outcome = "cancel"
        …                                        # the page calls tradePay
        assert alipay.wait_for_call(page).result_code == "6001"

    Args:
        context: of the phone; every page opened in it later finds the bridge.
        simulator_url: where the cashier is.
        merchant_public_key: 应用公钥, whose private half signs order strings, in any form that settings take.
        buyer_id: the account on this phone; empty: whoever the trade is for, or the platform's test payer.
        ready: whether the bridge is there before the page's first script, or only after the page has loaded;
            a page must cope with both. `AlipayJSBridgeReady` is fired once either way.
    """

    def __init__(
        self,
        context: BrowserContext,
        simulator_url: str,
        *,
        merchant_public_key: str,
        buyer_id: str = "",
        ready: BridgeReady = "before",
    ) -> None:
        self.buyer_id = buyer_id
        self.next_outcome: AlipayPayerWill
        """What the payer does with every call from now on."""
        self.calls: list[TradePayCall]
        self._trouble: EnvironmentUnreachable | None
        self.forget()
        self._key = load_public_key(merchant_public_key, name="merchant's public key")
        self._gateway = f"{simulator_url.rstrip('/')}/gateway.do"
        self._cashier = CashierLine(simulator_url, "/alipay/bridge", user_agent="AlipayClient")
        context.on("close", lambda _: self._cashier.close())
        context.expose_binding("__goliveTradePay", self._called)
        context.add_init_script(_SCRIPT.replace("READY", ready))

    def forget(self) -> None:
        """The next scenario begins: no call yet, a payer who pays, and none of the trouble before it."""
        self.next_outcome = "pay"
        self.calls = []
        self._trouble = None

    def wait_for_call(self, page: Page, *, count: int = 1, patience_s: float = PATIENCE_S) -> TradePayCall:
        """Wait until the page has called `tradePay` `count` times in all; returns that call.

        Raises:
            AssertionError: it did not.
            EnvironmentUnreachable: it did, and the cashier could not be asked.
        """
        return wait_for_call(
            page, "tradePay", self.calls, lambda: self._trouble, count=count, patience_s=patience_s
        )

    def _called(self, source: Mapping[str, Any], given: object) -> dict[str, str]:
        """Answer the page's script; runs while the page waits for it."""
        parameters = dict(given) if isinstance(given, Mapping) else {}
        wrong, result, detail = why_no_payment(parameters, self._key), "", ""
        if wrong:
            code, memo = FAILED, "订单处理失败"
        elif self.next_outcome == "offline":
            code, memo = OFFLINE, "网络连接出错"
        else:
            code, memo, result, detail = self._ask_cashier(parameters)
        self.calls.append(TradePayCall(parameters, str(source["frame"].url), wrong, code, memo, detail))
        return {"resultCode": code, "memo": memo, "result": result, "callbackUrl": ""}

    def _ask_cashier(self, parameters: Mapping[str, object]) -> tuple[str, str, str, str]:
        asked: dict[str, str] = {"buyer_id": self.buyer_id, "outcome": self.next_outcome}
        try:
            if string := parameters.get(ORDER_STRING):
                # As the app does: the gateway judges the string, and leads on to what is to be paid.
                onward = self._cashier.redirected(f"{self._gateway}?{string}")
                if not onward:
                    return FAILED, "订单处理失败", "", "the gateway refused orderStr"
                asked["token"] = onward.rpartition("/")[2]
            else:
                asked[TRADE_NO] = str(parameters[TRADE_NO])
            said = self._cashier.ask(asked)
        except EnvironmentUnreachable as trouble:
            self._trouble = trouble  # the page only learns that it failed; whoever waits learns why
            raise
        return str(said["resultCode"]), str(said["memo"]), str(said["result"]), str(said["detail"])
