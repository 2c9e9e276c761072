"""What the bridge of the browser inside WeChat asks when a merchant's page invokes it (facts 7.1 and 7.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.core.payment import Product
from harness.signing.wechat_v3 import verifies
from harness.simulator.cashier.payer_address import is_registered
from harness.simulator.cashier.payments import Button, Pay
from harness.simulator.cashier.words import NOTICES, REFUSED
from harness.simulator.platform.orders import PlatformOrder, Reason, Refused
from harness.simulator.platform.platform import Platform
from harness.simulator.wire.kit.body import TooLarge, read_body

JSAPI = "/cashier/jsapi"
PARAMETERS = ("appId", "timeStamp", "nonceStr", "package", "signType", "paySign")
LARGEST_BODY = 16 * 1024

_PACKAGE = re.compile(r"prepay_id=([0-9A-Za-z]+)")
_SECONDS = re.compile(r"[0-9]{10}", re.ASCII)
MerchantKeys = Callable[[str], Collection[RSAPublicKey]]
"""What verifies the `paySign` of an account, by mchid."""
_ENDINGS: Mapping[Button, str] = {"pay": "ok", "cancel": "cancel", "fail": "fail"}


class _Fails(Exception):
    """The payment does not start; `text` is what WeChat shows the payer."""

    def __init__(self, text: str, detail: str) -> None:
        super().__init__(detail)
        self.text = text
        self.detail = detail


class _NoBridge(Exception):
    """The caller is no bridge at all."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status = status


class _Asked(BaseModel):
    """What the phone knows by itself; the page's parameters, whatever it put there, are the extra members."""

    model_config = ConfigDict(frozen=True, extra="allow")

    url: str | None = Field(default=None, max_length=4096)
    """Address of the page that invoked the bridge; None: not judged."""
    openid: str = Field(min_length=1, max_length=128)
    """The account on the phone."""
    outcome: Button


def routes(platform: Platform, pay: Pay, merchant_keys: MerchantKeys) -> list[Route]:
    """The one path, spoken to by WeChat's own browser alone."""
    return [Route(JSAPI, _Bridge(platform, pay, merchant_keys).invoke, methods=["POST"])]


class _Bridge:
    def __init__(self, platform: Platform, pay: Pay, merchant_keys: MerchantKeys) -> None:
        self._platform = platform
        self._pay = pay
        self._merchant_keys = merchant_keys

    async def invoke(self, request: Request) -> Response:
        """Answer `{err_msg, reason, detail}`; HTTP errors are for callers that are no bridge at all.

        The body holds the six parameters as the page gave them, `openid`, `outcome` and perhaps `url`.
        """
        try:
            asked = await _read(request)
        except _NoBridge as stranger:
            return JSONResponse({"error": str(stranger)}, status_code=stranger.status)
        try:
            order = self._order(asked)
            await self._pay(order, openid=asked.openid, outcome=asked.outcome)
        except _Fails as fails:
            return _answer("fail", fails.text, fails.detail)
        except Refused as refused:
            text = NOTICES.get(refused.reason, REFUSED).text
            return _answer("fail", text.zh, text.en)
        return _answer(_ENDINGS[asked.outcome])

    def _order(self, asked: _Asked) -> PlatformOrder:
        given = _texts(asked.model_extra or {})
        signers = self._signers(given)
        package = _PACKAGE.fullmatch(given["package"])
        if package is None:
            raise _Fails("JSAPI缺少参数total_fee", "package is not prepay_id=<id>")
        order = self._platform.find_by_prepay_id(package[1])
        if order in (Reason.UNKNOWN, Reason.EXPIRED):
            raise _Fails("JSAPI缺少参数total_fee", f"the prepay_id is {order}: order again for a fresh one")
        if isinstance(order, Reason):
            raise Refused(order)
        if order.request.mchid not in signers:
            raise _Fails("支付验证签名失败", "the order is another merchant's")
        if order.request.product is not Product.JSAPI:
            raise _Fails("支付场景非法", f"the prepay_id is one of a {order.request.product.value} order")
        if asked.url is not None and not is_registered(asked.url, order.request.notify_url):
            raise _Fails("当前页面的URL未注册", f"{asked.url} is not under a registered payment directory")
        if asked.openid != order.request.openid:
            raise _Fails("下单账号与支付账号不一致", "the order was placed for another openid")
        return order

    def _signers(self, given: Mapping[str, str]) -> set[str]:
        """Whose signature it is: the accounts of that appid whose key it holds under."""
        accounts = [each.mchid for each in self._platform.accounts.values() if given["appId"] in each.appids]
        if not accounts:
            raise _Fails("支付验证签名失败", "appId is not the merchant's")
        if given["signType"] != "RSA":
            raise _Fails("支付验证签名失败", "signType is not RSA")
        if not _SECONDS.fullmatch(given["timeStamp"]):
            raise _Fails("JSAPI缺少参数timeStamp", "timeStamp is not Unix seconds as text")
        lines = f"{given['appId']}\n{given['timeStamp']}\n{given['nonceStr']}\n{given['package']}\n".encode()
        signers = {
            account
            for account in accounts
            if any(verifies(key, lines, given["paySign"]) for key in self._merchant_keys(account))
        }
        if not signers:
            raise _Fails("支付验证签名失败", "paySign does not hold over the four lines")
        return signers


async def _read(request: Request) -> _Asked:
    if "MicroMessenger" not in request.headers.get("User-Agent", ""):
        raise _NoBridge(403, "only the browser inside WeChat has a bridge")
    if request.headers.get("Content-Type", "").partition(";")[0] != "application/json":
        raise _NoBridge(415, "wants application/json")
    try:
        body = await read_body(request.scope, request.receive, limit=LARGEST_BODY)
    except TooLarge:
        raise _NoBridge(413, f"longer than {LARGEST_BODY} bytes") from None
    try:
        return _Asked.model_validate_json(body)
    except ValidationError as error:
        members = sorted({".".join(str(part) for part in each["loc"]) or "body" for each in error.errors()})
        raise _NoBridge(400, f"not a bridge's call: {', '.join(members)}") from None


def _texts(parameters: Mapping[str, object]) -> dict[str, str]:
    """The six, each text and not empty; others are ignored."""
    found: dict[str, str] = {}
    for name in PARAMETERS:
        value = parameters.get(name)
        if not isinstance(value, str) or not value:
            kind = "missing or empty" if value in (None, "") else "not text"
            raise _Fails(f"JSAPI缺少参数{name}", f"{name} is {kind}")
        found[name] = value
    return found


def _answer(ending: str, reason: str = "", detail: str = "") -> Response:
    return JSONResponse({"err_msg": f"get_brand_wcpay_request:{ending}", "reason": reason, "detail": detail})
