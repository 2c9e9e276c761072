"""Orders on Alipay's platform: what makes one, query, close, cancel (facts alipay 2.1 to 2.7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NotRequired, TypedDict

from harness.core.payment import Product
from harness.simulator.platform.alipay_rules import TOLD_WHEN_CLOSED
from harness.simulator.platform.orders import Intent, OrderRequest, PlatformOrder, Refused
from harness.simulator.platform.terms import Terms
from harness.simulator.wire.alipay import fields, members
from harness.simulator.wire.alipay.call import Call
from harness.simulator.wire.alipay.errors import (
    OF_CANCELLING,
    OF_CLOSING,
    OF_ORDERS,
    OF_QUERIES,
    Besides,
    Words,
    business,
    parameter,
)
from harness.simulator.wire.alipay.members import Member
from harness.simulator.wire.alipay.notices import trade_notice
from harness.simulator.wire.alipay.trade import NOTHING, AlipayTrade, told_as, told_trade
from harness.simulator.wire.kit.answered import NotEmpty
from harness.simulator.wire.kit.wire import WireContext

_TOO_MUCH = ("ACQ.TOTAL_FEE_EXCEED", "订单总金额不在允许范围内")
_FORBIDDEN = ("ACQ.ACCESS_FORBIDDEN", "无权限使用接口")
_NO_BUYER = ("ACQ.BUYER_NOT_EXIST", "买家不存在")
_UNPAID: Besides = {
    "buyer_pay_amount": NOTHING,
    "invoice_amount": NOTHING,
    "point_amount": NOTHING,
    "receipt_amount": NOTHING,
}
"""What stands in an answer about no trade at all."""
_NOT_IN_SUBJECT = frozenset("/=&")


@dataclass(frozen=True, slots=True)
class Sold:
    """How a method's orders are paid."""

    product: Product
    codes: tuple[str, ...]
    """What `product_code` may say."""
    demanded: bool
    """Whether it must say something."""


PAGE = Sold(Product.PAGE, ("FAST_INSTANT_TRADE_PAY",), demanded=True)
WAP = Sold(Product.H5, ("QUICK_WAP_WAY", "QUICK_WAP_PAY"), demanded=True)
APP = Sold(Product.APP, ("QUICK_MSECURITY_PAY",), demanded=False)
PRECREATE = Sold(
    Product.NATIVE, ("FACE_TO_FACE_PAYMENT", "QR_CODE_OFFLINE", "OFFLINE_PAYMENT"), demanded=False
)
CREATE = Sold(Product.JSAPI, ("FACE_TO_FACE_PAYMENT", "JSAPI_PAY"), demanded=False)


def order_members(sold: Sold) -> tuple[tuple[Member, ...], tuple[Member, ...]]:
    """What the business members of such an order have to hold, and what else they may."""
    code = replace(members.PRODUCT_CODE, choices=sold.codes)
    if sold.demanded:
        return (*members.ORDER, code), members.BESIDE_ORDER
    return members.ORDER, (code, *members.BESIDE_ORDER)


class AlipayCode(TypedDict):
    """What a payer scans."""

    out_trade_no: str
    qr_code: NotEmpty


class AlipayNumbers(TypedDict):
    """Both numbers of a trade."""

    out_trade_no: str
    trade_no: NotEmpty


class AlipayCancelled(TypedDict):
    """What cancelling came to; of a number that nobody ordered under, nothing."""

    retry_flag: Literal["N"]
    out_trade_no: NotRequired[str]
    trade_no: NotRequired[NotEmpty]
    action: NotRequired[Literal["close", "refund"]]


class Orders:
    """The order operations; every one answers an authenticated call, or raises."""

    def __init__(self, context: WireContext) -> None:
        self._context = context

    async def precreate(self, call: Call) -> AlipayCode:
        """alipay.trade.precreate: a code, and no trade before somebody scans it."""
        intent = self.intend(call, PRECREATE, judged=True)
        return {"out_trade_no": intent.request.out_trade_no, "qr_code": intent.handle.code_url or ""}

    async def create(self, call: Call) -> AlipayNumbers:
        """alipay.trade.create: a trade at once, for the payer that it names."""
        payer = _buyer(call)
        request, terms = self._read(call, CREATE)
        try:
            order = call.account.make(request, terms, payer=payer)
        except Refused as refused:
            raise _said(refused, OF_ORDERS) from None
        return {"out_trade_no": order.out_trade_no, "trade_no": order.transaction_id or ""}

    def intend(self, call: Call, sold: Sold, *, judged: bool = False) -> Intent:
        """An order that a payer has to open: on the web, in an app, by a code."""
        request, terms = self._read(call, sold)
        try:
            return call.account.intend(request, terms, judged=judged)
        except Refused as refused:
            raise _said(refused, OF_ORDERS) from None

    async def query(self, call: Call) -> AlipayTrade:
        """alipay.trade.query"""
        name, platforms = fields.which_trade(call.biz)
        unopened = call.forged or call.state is not None
        try:
            order = call.account.query(name, by_transaction=platforms, unopened=unopened)
        except Refused as refused:
            raise _said(refused, OF_QUERIES, {**_UNPAID, **_besides(call)}) from None
        if call.state is not None:
            return told_as(call.state, order, call.identity)
        return told_trade(order, call.identity, finished=call.account.is_finished(order))

    async def close(self, call: Call) -> AlipayNumbers:
        """alipay.trade.close: of what nobody has opened there is nothing to close, and it stays payable."""
        name, platforms = fields.which_trade(call.biz)
        try:
            order = call.account.close(name, by_transaction=platforms)
        except Refused as refused:
            raise _said(refused, OF_CLOSING, _besides(call)) from None
        await self._tell_closed(call, order)
        return {"out_trade_no": order.out_trade_no, "trade_no": order.transaction_id or ""}

    async def cancel(self, call: Call) -> AlipayCancelled:
        """alipay.trade.cancel"""
        name, platforms = fields.which_trade(call.biz)
        try:
            order, done = call.account.cancel(name, by_transaction=platforms)
        except Refused as refused:
            raise _said(refused, OF_CANCELLING, {"retry_flag": "N", **_besides(call)}) from None
        told: AlipayCancelled = {"retry_flag": "N"}
        if number := _number(call):
            told["out_trade_no"] = number
        if order is None:
            return told
        told["out_trade_no"] = order.out_trade_no
        if done:
            told |= {"action": done, "trade_no": order.transaction_id or ""}
        if done == "close":
            await self._tell_closed(call, order)
        return told

    async def _tell_closed(self, call: Call, order: PlatformOrder) -> None:
        """To the address that the call names, else to the payment's where its product tells of closing."""
        own = order.request.notify_url if order.request.product in TOLD_WHEN_CLOSED else ""
        if address := call.notify_url or own:
            await self._context.enqueue(
                order.out_trade_no,
                address,
                trade_notice(order, call.identity),
                "TRADE_CLOSED",
                mchid=call.account.mchid,
                dialect=self._context.dialect,
            )

    def _read(self, call: Call, sold: Sold) -> tuple[OrderRequest, Terms]:
        """What the business members ask for."""
        biz, now = call.biz, call.account.now
        number = fields.out_trade_no(biz)
        total = fields.amount(biz, members.TOTAL_AMOUNT, over=_TOO_MUCH)
        subject = fields.text(biz, members.SUBJECT)
        if not subject or _NOT_IN_SUBJECT & set(subject):
            raise parameter("订单标题格式错误" if subject else "订单标题不能为空")
        code = fields.text(biz, members.PRODUCT_CODE)
        if not code and sold.demanded:
            raise parameter("销售产品码不能为空")
        if code and code not in sold.codes:
            raise business(*_FORBIDDEN)
        if fields.text(biz, members.SELLER_ID) not in ("", call.account.mchid):
            raise business("ACQ.INVALID_RECEIVE_ACCOUNT", "收款账户不支持")
        if biz.get(members.ENABLED.name) and biz.get(members.DISABLED.name):
            raise parameter("enable_pay_channels和disable_pay_channels互斥")
        request = OrderRequest(
            mchid=call.account.mchid,
            appid=call.account.appid,
            product=sold.product,
            out_trade_no=number,
            total=int(total),
            notify_url=call.notify_url,
            parameters={},
            dialect=self._context.dialect,
            request_id=call.request_id,
            time_expire=fields.moment(biz, members.TIME_EXPIRE, now),
            attach=fields.text(biz, members.PASSBACK) or None,
            description=subject,
        )
        terms = Terms(
            product_code=code or sold.codes[0],
            timeout=fields.timeout(biz, members.TIMEOUT_EXPRESS, now),
            code_timeout=fields.timeout(biz, members.CODE_TIMEOUT, now),
            return_url=fields.address(call.return_url, "return_url"),
            quit_url=fields.text(biz, members.QUIT_URL),
            body=fields.text(biz, members.BODY),
            charset=call.charset,
            method=call.method,
        )
        return request, terms


def _buyer(call: Call) -> str:
    """The payer that an order names, by whichever of its names this application sees."""
    identity = call.identity
    number = fields.text(call.biz, members.BUYER_ID)
    opened = fields.text(call.biz, members.BUYER_OPEN_ID) or fields.text(call.biz, members.OP_BUYER_OPEN_ID)
    if opened:
        if opened != identity.buyer_open_id:
            raise business(*_NO_BUYER)
        return identity.buyer_id
    if not number:
        raise parameter("买家不能为空")
    if number == identity.seller_id:
        raise business("ACQ.BUYER_SELLER_EQUAL", "买卖家不能相同")
    real = len(number) == 16 and number.isascii() and number.isdigit() and number.startswith("2088")
    if identity.tells_open_id or not real:
        raise business(*_NO_BUYER)
    return number


def _number(call: Call) -> str:
    """The number that was asked about, which an answer tells back, an error, too; empty: none was."""
    number = call.biz.get("out_trade_no")
    return number if isinstance(number, str) else ""


def _besides(call: Call) -> Besides:
    number = _number(call)
    return {"out_trade_no": number} if number else {}


def _said(refused: Refused, words: Words, members: Besides | None = None) -> Exception:
    """What a reason is called where this operation knows it; else the platform's own trouble."""
    said = words.get(refused.reason, ("ACQ.SYSTEM_ERROR", "系统错误"))
    return business(*said, members)
