"""The shop's own HTTP surface for paying: create an order, ask how it stands, say "I have paid" (E§6)."""

from __future__ import annotations

import time
from typing import Annotated

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.clock import rfc3339
from harness.control import Text
from harness.errors import GoLiveError
from harness.payment import Dialect, Product
from harness.shop.assembly import Shop
from harness.shop.callback import LARGEST_BODY, Reply
from harness.shop.catalogue import CUSTOM, goods_named, price_of
from harness.shop.orders import Wanted
from harness.shop.qr import qr_picture
from harness.shop.records import OPEN, OrderRecord
from harness.shop.refusal import Refusal, refusal, sentence
from harness.shop.web import SESSION_COOKIE, Asked, asked, bounded_body, require_same_origin

OFFERED = {"qr": Product.NATIVE}
"""The kinds of payment this shop offers, by the page's word for them."""

_OutTradeNo = Annotated[str, Field(min_length=1, max_length=64)]
_BMP = 0xFFFF
_NOT_ASKED = Text(
    zh="暂时无法向微信支付查询，请稍后再试，请勿重复支付。",
    en="WeChat Pay could not be asked just now: try again shortly, and do not pay twice.",
)


class CreateOrder(Asked):
    """What the payment page sends. Amounts only repeat or, for custom goods, name the price."""

    order_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    goods: str = CUSTOM
    amount: int | None = None
    amount_yuan: Annotated[str | None, Field(max_length=20)] = None
    description: Annotated[str | None, Field(max_length=127)] = None
    payment_method: str
    payment_type: str


class OrderNumber(Asked):
    """Which order is meant."""

    out_trade_no: _OutTradeNo
    payment_method: str = "wechat"


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
            Route("/api/payment/notify/wechat", self.notify, methods=["POST"]),
        ]

    async def create_order(self, request: Request) -> Response:
        """201 with the order's number and code, or a refusal; the same orderId again is the same order."""
        account = await self._shopper(request)
        order = await asked(request, CreateOrder)
        try:
            wanted = self._wanted(account, order)
            record = await run_in_threadpool(self._shop.orders.take, wanted)
        except Refusal as error:
            self._shop.metrics.order("refused" if error.status < 500 else "error")
            raise
        self._shop.metrics.order("created" if record.placements == 1 else "reordered")
        return JSONResponse(self._created(record), status_code=201)

    async def query(self, request: Request) -> Response:
        """How the order stands with the shop; the page asks every second."""
        begun = time.monotonic()
        account = await self._shopper(request)
        wanted = await asked(request, OrderNumber)
        record = await run_in_threadpool(self._own, account, wanted.out_trade_no)
        self._shop.metrics.query(time.monotonic() - begun)
        return JSONResponse(_status(record))

    async def confirm(self, request: Request) -> Response:
        """ "I have paid": asks the platform, and never assumes (facts 7.5)."""
        account = await self._shopper(request)
        wanted = await asked(request, OrderNumber)
        return await run_in_threadpool(self._confirm, account, wanted.out_trade_no)

    async def notify(self, request: Request) -> Response:
        """The platform's callback: no session, no Origin, a signature instead (facts 5.1)."""
        shop = self._shop
        body = await bounded_body(request, LARGEST_BODY)
        if body is None:
            return _answer(shop.desk.oversized())
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
        return _answer(await run_in_threadpool(shop.desk.receive, headers, body))

    async def _shopper(self, request: Request) -> str:
        require_same_origin(request, self._shop.origins)
        token = request.cookies.get(SESSION_COOKIE, "")
        account = await run_in_threadpool(self._shop.accounts.of_session, token)
        if account is None:
            raise refusal(401, "请先登录。", "Log in first.")
        return account

    def _wanted(self, account: str, order: CreateOrder) -> Wanted:
        if order.payment_method != "wechat":
            raise refusal(400, "暂未开通该支付方式。", "Only WeChat Pay is offered so far.")
        if order.payment_type not in OFFERED:
            raise refusal(400, "暂未开通该支付类型。", "Only paying by QR code is offered so far.")
        goods = goods_named(order.goods)
        amount = price_of(
            goods,
            claimed=order.amount,
            claimed_yuan=order.amount_yuan,
            fen_from_yuan=self._shop.practices.fen_from_yuan,
            limit=self._shop.limit,
        )
        return Wanted(
            account=account,
            order_id=order.order_id,
            goods=goods.id,
            description=_plain(order.description or "") or goods.title.zh,
            amount=amount,
            product=OFFERED[order.payment_type],
        )

    def _own(self, account: str, out_trade_no: str) -> OrderRecord:
        record = self._shop.book.get(out_trade_no)
        if record is None or record.account != account:
            # The same words for both: whether someone else's order exists is nobody's business.
            raise refusal(404, "订单不存在。", "You have no such order.")
        return record

    def _confirm(self, account: str, out_trade_no: str) -> Response:
        record = self._own(account, out_trade_no)
        if self._shop.practices.believes_front_end:
            self._shop.settlement.believe_shopper(record)
        elif record.status in OPEN:
            try:
                self._shop.queries.look(out_trade_no)
            except GoLiveError as error:
                self._shop.log.warning("confirm", out_trade_no=out_trade_no, error=error.what)
                members = _status(self._own(account, out_trade_no))
                return JSONResponse(
                    {**members, "success": False, "error": sentence(_NOT_ASKED)}, status_code=503
                )
        return JSONResponse(_status(self._own(account, out_trade_no)))

    def _created(self, record: OrderRecord) -> dict[str, object]:
        over_mcp = self._shop.gateway.dialect in (Dialect.MCP, Dialect.ENVELOPE)
        return {
            "success": True,
            "paymentId": record.out_trade_no,
            "outTradeNo": record.out_trade_no,
            "qrCode": record.code_url,
            "metadata": {
                "mcpEnabled": over_mcp,
                "mcpRequestId": record.request_id if over_mcp else None,
                "requestId": record.request_id,
                "dialect": self._shop.gateway.dialect,
                "expireTime": rfc3339(record.time_expire),
                "amount": int(record.amount),
                "amountYuan": record.amount.yuan,
                "status": record.status,
                "qrImage": qr_picture(self._shop.practices.draw(record.code_url)),
            },
        }


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


def _answer(reply: Reply) -> Response:
    return Response(reply.body, reply.status, media_type="application/json")


def _plain(text: str) -> str:
    """One line without what the platform refuses: control characters and those of four bytes (facts 1.1)."""
    kept = "".join(char if char.isprintable() else " " for char in text if ord(char) <= _BMP)
    return " ".join(kept.split())
