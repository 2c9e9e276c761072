"""The shop's own HTTP surface for paying: order, ask how it stands, tell how paying ended (facts E6)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from harness.core.clock import rfc3339
from harness.core.control import Text
from harness.core.dialects import mcp_dialects
from harness.core.errors import GoLiveError
from harness.core.payment import Product, Provider
from harness.shop.assembly import Shop
from harness.shop.callbacks.receiver import LARGEST_BODY
from harness.shop.callbacks.replies import Reply
from harness.shop.catalogue import CUSTOM, goods_named, price_of
from harness.shop.client_address import client_address
from harness.shop.invocation import h5_address
from harness.shop.order_record import OPEN, OrderRecord, OrderStatus
from harness.shop.order_service import NAMES, Purchase
from harness.shop.payment_choices import OFFERED, PaymentType
from harness.shop.qr import qr_picture
from harness.shop.refusal import Refusal, refusal, sentence
from harness.shop.web import (
    SESSION_COOKIE,
    RequestModel,
    bounded_body,
    read_model,
    require_same_origin,
    require_shopper,
)

RETURN_PATH = "/payment/return"
"""Where the H5 cashier sends a shopper afterwards, paid or not."""

_OutTradeNo = Annotated[str, Field(min_length=1, max_length=64)]
_BMP = 0xFFFF
_GUEST = "guest"
_NOT_ASKED = {
    provider: Text(
        zh=f"暂时无法向{name.zh}查询，请稍后再试，请勿重复支付。",
        en=f"{name.en} could not be asked just now: try again shortly, and do not pay twice.",
    )
    for provider, name in NAMES.items()
}

_NOT_CLOSED = Text(
    zh="暂时无法取消订单，请稍后再试；在此之前请勿付款。",
    en="The order could not be cancelled just now: try again shortly, and do not pay meanwhile.",
)


class CreateOrder(RequestModel):
    """What the payment page sends. Amounts only repeat or, for custom goods, name the price."""

    order_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    goods: str = CUSTOM
    amount: int | None = None
    amount_yuan: Annotated[str | None, Field(max_length=20)] = None
    description: Annotated[str | None, Field(max_length=127)] = None
    payment_method: str
    payment_type: str
    model_config = ConfigDict(extra="allow")


class OrderNumber(RequestModel):
    """Which order is meant."""

    out_trade_no: _OutTradeNo
    payment_method: str = "wechat"


class BridgeEnded(OrderNumber):
    """How a bridge says that it ended: WeChat's `get_brand_wcpay_request:ok`, `cancel`, `fail` (facts 7.2),
    Alipay's 9000, 6001 and any other code (facts alipay 4.4)."""

    outcome: Literal["ok", "cancel", "fail"]


class PaymentApi:
    """Routes under `/api/payment`."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> list[Route]:
        """What Starlette mounts."""
        return [
            Route("/api/payment/create-order", self.create_order, methods=["POST"]),
            Route("/api/payment/query", self.query, methods=["POST"]),
            Route("/api/payment/confirm", self.confirm, methods=["POST"]),
            Route("/api/payment/close", self.close, methods=["POST"]),
            Route("/api/payment/bridge", self.bridge, methods=["POST"]),
            Route("/api/payment/notify/wechat", self.notify, methods=["POST"]),
            Route("/api/payment/notify/alipay", self.notify, methods=["POST"]),
        ]

    async def create_order(self, request: Request) -> Response:
        """201 with the number and what starts the payment; the same orderId again is the same order."""
        account = await self._shopper(request, guests=self._shop.practices.guests_order)
        guarded = self._shop.practices.guards_against_other_sites
        order = await read_model(request, CreateOrder, any_type=not guarded)
        try:
            if not self._shop.rate.admits(account):
                raise refusal(429, "下单过于频繁，请稍后再试。", "Too many orders: try again in a minute.")
            wanted = self._wanted(account, order, client_address(request))
            with self._shop.metrics.timing_order():
                record = await run_in_threadpool(self._shop.orders.take, wanted)
        except Refusal as error:
            self._shop.metrics.order("refused" if error.status < 500 else "error")
            raise
        self._shop.log.event(
            "order-taken",
            out_trade_no=record.out_trade_no,
            account=account,
            phone=self._shop.accounts.phone_of(account),
            note=self._shop.noted,
        )
        self._shop.metrics.order("created" if record.placements == 1 else "reordered")
        return JSONResponse(self._created(record, request.headers["origin"]), status_code=201)

    async def query(self, request: Request) -> Response:
        """How the order stands with the shop; the page asks every second."""
        begun = time.monotonic()
        account = None if self._shop.practices.tells_anybody else await self._shopper(request)
        wanted = await read_model(request, OrderNumber)
        record = await run_in_threadpool(self._own, account, wanted.out_trade_no)
        self._shop.metrics.query(time.monotonic() - begun)
        return JSONResponse(_status(record))

    async def confirm(self, request: Request) -> Response:
        """ "I have paid": asks the platform, and never assumes (facts 7.5)."""
        account = await self._shopper(request)
        wanted = await read_model(request, OrderNumber)
        return await run_in_threadpool(
            self._confirm, account, wanted.out_trade_no, self._shop.practices.believes_front_end
        )

    async def close(self, request: Request) -> Response:
        """ "Cancel": asks the platform first, and closes the order there (facts 3.5)."""
        account = await self._shopper(request)
        wanted = await read_model(request, OrderNumber)
        owner = None if self._shop.practices.cancels_for_anybody else account
        return await run_in_threadpool(self._close, owner, wanted.out_trade_no)

    async def bridge(self, request: Request) -> Response:
        """The bridge ended: after "ok" and "fail" the platform is asked, after "cancel" nobody."""
        account = await self._shopper(request)
        ended = await read_model(request, BridgeEnded)
        self._shop.log.event("bridge", out_trade_no=ended.out_trade_no, outcome=ended.outcome)
        if ended.outcome == "cancel":
            return JSONResponse(_status(await run_in_threadpool(self._own, account, ended.out_trade_no)))
        believed = self._shop.practices.believes_bridge and ended.outcome == "ok"
        return await run_in_threadpool(self._confirm, account, ended.out_trade_no, believed)

    async def notify(self, request: Request) -> Response:
        """The platform's callback: no session, no Origin, a signature instead (facts 5.1)."""
        shop = self._shop
        if shop.practices.callbacks_want_login and SESSION_COOKIE not in request.cookies:
            return RedirectResponse("/login", status_code=303)
        body = await bounded_body(request, LARGEST_BODY)
        if body is None:
            return _answer(shop.callbacks.oversized())
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
        return _answer(await run_in_threadpool(shop.callbacks.receive, headers, body))

    async def _shopper(self, request: Request, *, guests: bool = False) -> str:
        if self._shop.practices.guards_against_other_sites:
            require_same_origin(request, self._shop.origins)
        token = request.cookies.get(SESSION_COOKIE, "")
        account = await run_in_threadpool(self._shop.accounts.of_session, token)
        return _GUEST if guests and account is None else require_shopper(account)

    def _wanted(self, account: str, order: CreateOrder, client_ip: str) -> Purchase:
        if order.payment_method not in self._shop.providers:
            raise refusal(400, "暂未开通该支付方式。", "Only WeChat Pay is offered so far.")
        provider = Provider(order.payment_method)
        offered = {kind.value for kind in OFFERED[provider]}
        if not self._shop.practices.sells_to_mini_programs:
            offered.discard(PaymentType.MINI_PROGRAM)
        if order.payment_type not in offered:
            raise refusal(400, "暂未开通该支付类型。", "This way to pay is not offered.")
        kind = PaymentType(order.payment_type)
        openid = self._shop.openid if kind.sold_over(provider) is Product.JSAPI else ""
        if openid is None:
            raise refusal(
                400, "请先在微信中授权登录。", "WeChat has not told who you are: log in within WeChat."
            )
        goods = goods_named(order.goods)
        if self._shop.practices.believes_page_price:
            goods = replace(goods, price=None)
        amount = price_of(
            goods,
            claimed=order.amount,
            claimed_yuan=order.amount_yuan,
            fen_from_yuan=self._shop.practices.fen_from_yuan,
            limit=self._shop.limit,
        )
        purchase = Purchase(
            account=account,
            order_id=order.order_id,
            goods=goods.id,
            description=_plain(order.description or "") or goods.title.zh,
            amount=amount,
            kind=kind,
            provider=provider,
            openid=openid,
            client_ip=client_ip if kind is PaymentType.H5 and provider is Provider.WECHAT else "",
        )
        sent = order.model_extra or {}
        heeds = self._shop.practices.heeds_from_client
        return replace(purchase, **{name: sent[said] for name, said in heeds.items() if said in sent})

    def _own(self, account: str | None, out_trade_no: str) -> OrderRecord:
        record = self._shop.book.get(out_trade_no)
        anybodys = account is None or self._shop.practices.shows_orders_of_others
        if record is None or not (anybodys or record.account == account):
            # The same words for both: whether someone else's order exists is nobody's business.
            raise refusal(404, "订单不存在。", "You have no such order.")
        return record

    def _confirm(self, account: str, out_trade_no: str, believed: bool) -> Response:
        record = self._own(account, out_trade_no)
        if believed:
            self._shop.settlement.believe_shopper(record)
        elif record.status in OPEN or not self._shop.practices.keeps_what_is_paid:
            return self._after(self._shop.queries.look, account, out_trade_no)
        return JSONResponse(_status(self._own(account, out_trade_no)))

    def _close(self, account: str | None, out_trade_no: str) -> Response:
        record = self._own(account, out_trade_no)
        if record.status not in OPEN:
            return JSONResponse(_status(record))
        if not self._shop.practices.closes_what_is_cancelled:
            self._shop.book.note(out_trade_no, OrderStatus.CANCELLED, "")
            return JSONResponse(_status(self._own(account, out_trade_no)))
        answer = self._after(self._shop.queries.end, account, out_trade_no)
        left = self._own(account, out_trade_no)
        return answer if left.status not in OPEN else _unanswered(left, _NOT_CLOSED)

    def _after(self, asked: Callable[[str], object], account: str | None, out_trade_no: str) -> Response:
        """How the order stands once the platform was asked; that it could not be is no answer."""
        try:
            asked(out_trade_no)
        except GoLiveError as error:
            self._shop.log.warning("not-asked", out_trade_no=out_trade_no, error=error.what)
            record = self._own(account, out_trade_no)
            return _unanswered(record, _NOT_ASKED[record.provider])
        return JSONResponse(_status(self._own(account, out_trade_no)))

    def _created(self, record: OrderRecord, origin: str) -> dict[str, object]:
        over_mcp = record.dialect in mcp_dialects()
        practices = self._shop.practices
        answer: dict[str, object] = {
            "success": True,
            "paymentId": record.out_trade_no,
            "outTradeNo": record.out_trade_no,
        }
        metadata: dict[str, object] = {
            "mcpEnabled": over_mcp,
            "mcpRequestId": record.request_id if over_mcp else None,
            "requestId": record.request_id,
            "dialect": record.dialect,
            "expireTime": _text_of(self._end_of(record)),
            "amount": int(record.amount),
            "amountYuan": record.amount.yuan,
            "status": record.status,
            "paymentMethod": record.provider,
            "paymentType": record.kind,
        }
        if record.kind is PaymentType.QR:
            answer["qrCode"] = record.code_url
            metadata["qrImage"] = qr_picture(practices.draw(record.code_url))
        elif record.provider is Provider.ALIPAY and record.kind is PaymentType.JSAPI:
            metadata["tradePay"] = {"orderStr": record.h5_url}
        elif record.provider is Provider.ALIPAY:
            answer["paymentUrl"] = record.h5_url  # signed as it is: nothing may be added
        elif record.kind is PaymentType.H5:
            back = f"{origin}{RETURN_PATH}?orderId={quote(record.order_id, safe='')}"
            answer["paymentUrl"] = h5_address(record.h5_url, back)
        elif record.bridge is not None and record.kind is PaymentType.JSAPI:
            metadata["jsapiParams"] = practices.for_bridge(record.bridge)
        elif record.bridge is not None:
            metadata["miniProgramParams"] = practices.for_mini_program(record.bridge)
        return {**answer, "metadata": metadata}

    def _end_of(self, record: OrderRecord) -> datetime | None:
        """When the order ends: as it was asked for, or sooner where the platform says so."""
        asked_for = self._shop.practices.time_expire(record, self._shop.clock.now())
        ends = [moment for moment in (asked_for, record.expires) if moment is not None]
        return min(ends, default=None)


def _text_of(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment is not None else None


def _status(record: OrderRecord) -> dict[str, object]:
    return {
        "success": True,
        "outTradeNo": record.out_trade_no,
        "orderId": record.order_id,
        "status": record.status,
        "amount": int(record.amount),
        "paidAt": record.paid_at or None,
        "attention": record.attention,
    }


def _unanswered(record: OrderRecord, why: Text) -> Response:
    return JSONResponse({**_status(record), "success": False, "error": sentence(why)}, status_code=503)


def _answer(reply: Reply) -> Response:
    return Response(reply.body, reply.status, media_type=reply.media_type)


def _plain(text: str) -> str:
    """One line without what the platform refuses: control characters and those of four bytes (facts 1.1)."""
    kept = "".join(char if char.isprintable() else " " for char in text if ord(char) <= _BMP)
    return " ".join(kept.split())
