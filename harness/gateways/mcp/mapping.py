"""The payment models to and from the tools of the payment service (facts 3.2 to 3.4). Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.core.clock import rfc3339
from harness.core.errors import GoLiveError, PlatformRefusal, TargetFailure
from harness.core.payment import JsapiParameters, Order, Prepared, Product, Provider, Transaction
from harness.gateways.answer_members import malformed, moment, required, text
from harness.gateways.apiv3.mapping import payer, scene, transaction
from harness.gateways.mcp.tools import Call
from harness.gateways.refusals import refusal, status_of

_BRIDGE = ("appId", "timeStamp", "nonceStr", "package", "signType", "paySign")


@dataclass(frozen=True, slots=True)
class WeChatTools:
    """WeChat's; see `Tools`. `appid`: what the endpoint signs for another app is refused."""

    appid: str
    dialect: str = "mcp"
    provider: Provider = Provider.WECHAT
    status: Call | None = ("get-service-status", {})

    def create(self, order: Order) -> Call:
        """One tool a product."""
        return tool(order.product), arguments(order)

    def prepared(self, order: Order, members: Mapping[str, object], *, request_id: str) -> Prepared:
        """What starts the payment."""
        return mcp_prepared(order, members, appid=self.appid, request_id=request_id)

    def query(self, out_trade_no: str) -> Call:
        """By the merchant's own number."""
        return "query-order-by-out-trade-no", {"out_trade_no": out_trade_no}

    def transaction(self, members: Mapping[str, object], *, out_trade_no: str) -> Transaction:
        """How the order stands."""
        return mcp_transaction(members, out_trade_no=out_trade_no, appid=self.appid)

    def not_there(self, out_trade_no: str, refused: PlatformRefusal) -> Transaction | None:
        """Nothing: an order exists from the moment that it is placed."""
        del out_trade_no, refused
        return None

    def close(self, out_trade_no: str) -> Call | None:
        """By the merchant's own number."""
        return "close-order", {"out_trade_no": out_trade_no}

    def refused(self, code: str, message: str, *, operation: str, request_id: str) -> GoLiveError:
        """In the platform's own words."""
        return refusal(status_of(code), code, message, where=operation, request_id=request_id)


def tool(product: Product) -> str:
    """The tool that places an order of a product."""
    return f"create-{product}-payment"


def arguments(order: Order) -> dict[str, object]:
    """What an order is at that tool. Absent members are left out, so that every dialect asks the same.

    Raises:
        UsageError: JSAPI without openid, or H5 without the payer's address and kind of scene.
    """
    members: dict[str, object] = {
        "out_trade_no": order.out_trade_no,
        "amount": int(order.amount),
        "description": order.description,
        "notify_url": order.notify_url,
    }
    if order.time_expire is not None:
        members["time_expire"] = rfc3339(order.time_expire)
    if order.attach:
        members["attach"] = order.attach
    if order.product is Product.JSAPI:
        members["openid"] = payer(order)
    if order.product is Product.H5:
        members["payer_client_ip"], members["h5_type"] = scene(order)
    return members


def mcp_prepared(order: Order, members: Mapping[str, object], *, appid: str, request_id: str) -> Prepared:
    """The answer of that tool.

    Raises:
        TargetFailure: a member that the product promises is missing, or it speaks of another order.
    """
    same_number(members, "out_trade_no", order.out_trade_no)
    jsapi = bridge(members, appid=appid) if order.product is Product.JSAPI else None
    return Prepared(
        out_trade_no=order.out_trade_no,
        code_url=required(members, "code_url") if order.product is Product.NATIVE else None,
        h5_url=required(members, "h5_url") if order.product is Product.H5 else None,
        prepay_id=(required(members, "prepay_id") if order.product in (Product.JSAPI, Product.APP) else None),
        jsapi=jsapi,
        expire_time=moment(members, "expire_time"),
        request_id=request_id,
        dialect="mcp",
    )


def mcp_transaction(members: Mapping[str, object], *, out_trade_no: str, appid: str) -> Transaction:
    """The answer of a query.

    Raises:
        TargetFailure: it speaks of another order or another app, or is not what it must be.
    """
    found = transaction(members)
    same_number(members, "out_trade_no", out_trade_no)
    if found.appid and found.appid != appid:
        raise malformed("the answer speaks of another appid")
    return found


def bridge(members: Mapping[str, object], *, appid: str) -> JsapiParameters:
    """The six parameters of the bridge, signed by the endpoint (facts 7.2).

    Raises:
        TargetFailure: one is missing, or they are for another app, or of another form.
    """
    named = [required(members, name) for name in _BRIDGE]
    parameters = JsapiParameters(
        appid=named[0],
        timestamp=named[1],
        nonce=named[2],
        package=named[3],
        sign_type=named[4],
        pay_sign=named[5],
    )
    if parameters.appid != appid:
        raise malformed("appId is not the merchant's")
    if not parameters.package.startswith("prepay_id=") or parameters.package == "prepay_id=":
        raise malformed("package is not prepay_id=…")
    if parameters.sign_type != "RSA":
        raise malformed("signType is not RSA")
    return parameters


def same_number(members: Mapping[str, object], name: str, out_trade_no: str) -> None:
    """Refuse an answer about another order.

    Raises:
        TargetFailure: it is about another order, or does not say.
    """
    if text(members, name) != out_trade_no:
        raise TargetFailure(
            "the answer speaks of another order",
            where="wire",
            remedy="do not use it; query the order before doing anything else",
        )
