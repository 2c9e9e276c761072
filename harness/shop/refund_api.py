"""The shop's HTTP surface for refunds: a shopper gives an order of their own back, whole or in part."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.core.money import Fen
from harness.core.payment import PayersCard
from harness.shop.assembly import Shop
from harness.shop.order_record import OrderRecord
from harness.shop.refunds.record import RefundRecord
from harness.shop.refusal import refusal
from harness.shop.web import (
    SESSION_COOKIE,
    RequestModel,
    read_model,
    require_same_origin,
    require_shopper,
)

_LONGEST_REASON = 80
"""Bytes that the platform takes (facts 3.6)."""


class AskForRefund(RequestModel):
    """What the page sends. The same refundId again is the same refund."""

    out_trade_no: Annotated[str, Field(min_length=1, max_length=64)]
    refund_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    amount: int
    """Fen."""
    reason: Annotated[str, Field(max_length=80)] = ""


class SendToCard(RequestModel):
    """Whose card an abnormal refund goes to."""

    out_trade_no: Annotated[str, Field(min_length=1, max_length=64)]
    refund_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    bank_type: Annotated[str, Field(pattern=r"^[A-Z_]{1,16}$")]
    bank_account: Annotated[str, Field(pattern=r"^[0-9]{12,19}$", repr=False)]
    real_name: Annotated[str, Field(min_length=1, max_length=60, repr=False)]


class RefundsOfOrder(RequestModel):
    """Which order is meant."""

    out_trade_no: Annotated[str, Field(min_length=1, max_length=64)]


class RefundApi:
    """Routes under `/api/payment` that give money back."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> list[Route]:
        """What Starlette mounts."""
        return [
            Route("/api/payment/refund", self.refund, methods=["POST"]),
            Route("/api/payment/refund/card", self.to_card, methods=["POST"]),
            Route("/api/payment/refunds", self.refunds, methods=["POST"]),
        ]

    async def refund(self, request: Request) -> Response:
        """201 with the refund as it stands; that it was accepted does not mean that it has arrived."""
        account = await self._shopper(request)
        wanted = await read_model(request, AskForRefund)
        if len(wanted.reason.encode("utf-8", "replace")) > _LONGEST_REASON or not wanted.reason.isprintable():
            raise refusal(400, "退款原因过长或含有不可用字符。", "The reason is too long, or no plain text.")
        order = await run_in_threadpool(self._own, account, wanted.out_trade_no)
        record = await run_in_threadpool(
            self._shop.refunds.take, order, wanted.refund_id, Fen(wanted.amount), wanted.reason
        )
        return JSONResponse({"success": True, "outTradeNo": order.out_trade_no, **_told(record)}, 201)

    async def to_card(self, request: Request) -> Response:
        """Send a refund that found no way back to a card of the shopper's own."""
        account = await self._shopper(request)
        wanted = await read_model(request, SendToCard)
        order = await run_in_threadpool(self._own, account, wanted.out_trade_no)
        records = await run_in_threadpool(self._shop.refunds.book.of_order, order.out_trade_no)
        record = next((each for each in records if each.key == wanted.refund_id), None)
        if record is None:
            raise refusal(404, "退款不存在。", "There is no such refund.")
        card = PayersCard(bank_type=wanted.bank_type, account=wanted.bank_account, name=wanted.real_name)
        record = await run_in_threadpool(self._shop.refunds.send_to_card, record, card)
        return JSONResponse({"success": True, "outTradeNo": order.out_trade_no, **_told(record)}, 201)

    async def refunds(self, request: Request) -> Response:
        """Every refund of an order, oldest first."""
        account = await self._shopper(request)
        wanted = await read_model(request, RefundsOfOrder)
        order = await run_in_threadpool(self._own, account, wanted.out_trade_no)
        records = await run_in_threadpool(self._shop.refunds.book.of_order, order.out_trade_no)
        return JSONResponse(
            {
                "success": True,
                "outTradeNo": order.out_trade_no,
                "status": order.status,
                "refundedAmount": int(order.refunded_amount),
                "refunds": [_told(each) for each in records],
            }
        )

    async def _shopper(self, request: Request) -> str:
        require_same_origin(request, self._shop.origins)
        token = request.cookies.get(SESSION_COOKIE, "")
        return require_shopper(await run_in_threadpool(self._shop.accounts.of_session, token))

    def _own(self, account: str, out_trade_no: str) -> OrderRecord:
        record = self._shop.book.get(out_trade_no)
        anybodys = self._shop.practices.refunds_for_anybody
        if record is None or not (anybodys or record.account == account):
            # The same words for both: whether someone else's order exists is nobody's business.
            raise refusal(404, "订单不存在。", "You have no such order.")
        return record


def _told(record: RefundRecord) -> dict[str, object]:
    return {
        "refundId": record.key,
        "outRefundNo": record.out_refund_no,
        "status": record.state,
        "amount": int(record.refund),
        # What the payer gets: less than the amount where a coupon paid a part (facts C53).
        "payerRefund": None if record.payer_refund is None else int(record.payer_refund),
    }
