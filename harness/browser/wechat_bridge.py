"""WeChat's own browser, played: `WeixinJSBridge` for the pages of one context, and the payer behind it.

The live bridge hands the six parameters to the app, which verifies `paySign` and opens the cashier. Here the
stand-in verifies over exactly the four lines of facts 7.1 first, with the merchant's public key and no help
of the platform, and asks the simulated cashier only then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from playwright.sync_api import BrowserContext, Page

from harness.browser.bridge_calls import wait_for_call
from harness.browser.cashier_line import CashierLine
from harness.browser.page_actions import PATIENCE_S
from harness.core.errors import EnvironmentUnreachable
from harness.signing.keys import load_public_key
from harness.signing.wechat_v3 import verifies

PayerWill = Literal["pay", "cancel", "fail"]
BridgeReady = Literal["before", "after"]

PARAMETERS = ("appId", "timeStamp", "nonceStr", "package", "signType", "paySign")
"""What `getBrandWCPayRequest` wants; each is text."""

LONGEST_NONCE = 32

_SECONDS = re.compile(r"[0-9]{10}", re.ASCII)
_SCRIPT = files("harness.browser").joinpath("wechat_bridge.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class BridgeCall:
    """One `WeixinJSBridge.invoke('getBrandWCPayRequest', …)` and how it ended."""

    parameters: Mapping[str, object]
    """As the page gave them, all of them."""
    page_url: str
    unsigned: str
    """Why the stand-in itself refused the parameters; empty when `paySign` holds over the four lines."""
    err_msg: str
    """What the page was told: `get_brand_wcpay_request:ok`, `:cancel` or `:fail`."""
    reason: str
    """What WeChat would show the payer; empty unless it failed."""
    detail: str

    @property
    def ending(self) -> str:
        """`ok`, `cancel` or `fail`."""
        return self.err_msg.rpartition(":")[2]


def why_not_signed(parameters: Mapping[str, object], merchant_key: RSAPublicKey) -> str:
    """What is wrong with the parameters of `getBrandWCPayRequest`; empty when nothing is.

    `paySign` has to hold over exactly four lines: appId, timeStamp, nonceStr and the whole package, each
    ended by a line feed.
    """
    texts = {name: value for name in PARAMETERS if isinstance(value := parameters.get(name), str) and value}
    if missing := [name for name in PARAMETERS if name not in texts]:
        return f"{', '.join(missing)}: missing, empty or not text"
    lines = "".join(f"{texts[name]}\n" for name in PARAMETERS[:4])
    problems = (
        (texts["signType"] != "RSA", f"signType is {texts['signType']!r} instead of 'RSA'"),
        (not _SECONDS.fullmatch(texts["timeStamp"]), "timeStamp is not Unix seconds"),
        (len(texts["nonceStr"]) > LONGEST_NONCE, f"nonceStr is longer than {LONGEST_NONCE} characters"),
        (not texts["package"].startswith("prepay_id="), "package does not begin with prepay_id="),
        (
            not verifies(merchant_key, lines.encode(), texts["paySign"]),
            "paySign does not hold over appId, timeStamp, nonceStr and package, a line each",
        ),
    )
    return next((sentence for wrong, sentence in problems if wrong), "")


class WeChatStandIn:
    """Plays WeChat around the pages of a context opened with `WECHAT_PHONE`. Make it before the first page.

        context = browser.new_context(**WECHAT_PHONE)
        wechat = WeChatStandIn(context, simulator_url, merchant_public_key=pem, openid=openid)
        wechat.next_outcome = "cancel"
        …                                        # the page invokes the bridge
        assert wechat.wait_for_call(page).ending == "cancel"

    Args:
        context: of the phone; every page opened in it later finds the bridge.
        simulator_url: where the cashier is.
        merchant_public_key: public half of the key that signs `paySign`, in any form that settings take.
        openid: the account on this phone.
        ready: whether the bridge is there before the page's first script, or only after the page has loaded;
            a page must cope with both. `WeixinJSBridgeReady` is fired once either way.
    """

    def __init__(
        self,
        context: BrowserContext,
        simulator_url: str,
        *,
        merchant_public_key: str,
        openid: str,
        ready: BridgeReady = "before",
    ) -> None:
        self.openid = openid
        self.next_outcome: PayerWill
        """What the payer does with every call from now on."""
        self.calls: list[BridgeCall]
        self._trouble: EnvironmentUnreachable | None
        self.forget()
        self._key = load_public_key(merchant_public_key, name="merchant's public key")
        self._cashier = CashierLine(simulator_url, "/cashier/jsapi", user_agent="MicroMessenger")
        context.on("close", lambda _: self._cashier.close())
        context.expose_binding("__golivePay", self._invoked)
        context.add_init_script(_SCRIPT.replace("READY", ready))

    def forget(self) -> None:
        """The next scenario begins: no call yet, a payer who pays, and none of the trouble before it."""
        self.next_outcome = "pay"
        self.calls = []
        self._trouble = None

    def wait_for_call(self, page: Page, *, count: int = 1, patience_s: float = PATIENCE_S) -> BridgeCall:
        """Wait until the page has invoked the bridge `count` times in all; returns that call.

        Raises:
            AssertionError: it did not.
            EnvironmentUnreachable: it did, and the cashier could not be asked.
        """
        return wait_for_call(
            page,
            "getBrandWCPayRequest",
            self.calls,
            lambda: self._trouble,
            count=count,
            patience_s=patience_s,
        )

    def _invoked(self, source: Mapping[str, Any], given: object) -> dict[str, str]:
        """Answer the page's script; runs while the page waits for it."""
        parameters = dict(given) if isinstance(given, Mapping) else {}
        url = str(source["frame"].url)
        unsigned = why_not_signed(parameters, self._key)
        if unsigned:
            err_msg, reason, detail = "get_brand_wcpay_request:fail", "支付验证签名失败", unsigned
        else:
            try:
                err_msg, reason, detail = self._ask_cashier(parameters, url)
            except EnvironmentUnreachable as trouble:
                self._trouble = trouble  # the page only learns that it failed; whoever waits learns why
                raise
        self.calls.append(BridgeCall(parameters, url, unsigned, err_msg, reason, detail))
        return {"err_msg": err_msg, **({"err_desc": reason} if reason else {})}

    def _ask_cashier(self, parameters: Mapping[str, object], url: str) -> tuple[str, str, str]:
        asked = {name: parameters[name] for name in PARAMETERS}
        asked |= {"openid": self.openid, "outcome": self.next_outcome, "url": url}
        said = self._cashier.ask(asked)
        return str(said["err_msg"]), str(said["reason"]), str(said["detail"])
