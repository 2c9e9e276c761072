"""Levers of refunds: end them, see one, have its callback sent again."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.core.payment import RefundStatus
from harness.simulator.levers.answers import Table, body_of, record
from harness.simulator.levers.bodies import EndRefundBody, SwitchBody
from harness.simulator.levers.levers import Levers
from harness.simulator.platform.orders import Reason, Refused


@dataclass(frozen=True, slots=True)
class RefundLevers:
    """Served below /_golive/."""

    levers: Levers

    def table(self) -> Table:
        """Method, path and handler of each."""
        return (
            ("GET", "/refunds/{out_refund_no}", self._refund),
            ("GET", "/refunds/{out_refund_no}/notification", self._refund_notification),
            ("POST", "/refunds/{out_refund_no}/end", self._end_refund),
            ("POST", "/refunds/{out_refund_no}/redeliver", self._redeliver_refund),
            ("POST", "/refunds/{out_refund_no}/resend", self._resend_refund),
            ("POST", "/edition-refunds", self._edition_refunds),
        )

    async def _refund(self, request: Request) -> Response:
        return record(self.levers.holders.refund(request)[1].audit())

    async def _refund_notification(self, request: Request) -> Response:
        return JSONResponse({"resource": self.levers.refund_told(self.levers.holders.refund(request)[1])})

    async def _end_refund(self, request: Request) -> Response:
        asked = EndRefundBody.model_validate_json(await body_of(request))
        account, refund = self.levers.holders.refund(request)
        status = RefundStatus(asked.status)
        account.refunds.end(refund.request.out_refund_no, status, of=refund.out_trade_no)
        await self.levers.refund_news.tell()
        await self.levers.notifier.drain()
        return record(refund.audit())

    async def _redeliver_refund(self, request: Request) -> Response:
        account, refund = self.levers.holders.refund(request)
        if not refund.deliveries:
            raise Refused(Reason.INVALID)
        number = refund.request.out_refund_no
        return record(await self.levers.notifier.redeliver(account.mchid, refund.out_trade_no, number))

    async def _resend_refund(self, request: Request) -> Response:
        account, refund = self.levers.holders.refund(request)
        number = refund.request.out_refund_no
        if not await self.levers.notifier.resend(account.mchid, refund.out_trade_no, number):
            raise Refused(Reason.INVALID)
        return record(refund.deliveries[-1])

    async def _edition_refunds(self, request: Request) -> Response:
        asked = SwitchBody.model_validate_json(await body_of(request))
        account = self.levers.holders.merchant(request).account
        account.refunds.edition.on = asked.on
        if account.changes is not None:
            account.changes.account()
        return JSONResponse({})
