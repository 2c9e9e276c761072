"""Levers of orders: pay them, see everything that happened to one, have its callback sent again."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.simulator.levers.answers import Table, body_of, record
from harness.simulator.levers.bodies import PayBody, SinceQuery
from harness.simulator.levers.levers import Levers
from harness.simulator.platform.orders import Reason, Refused


@dataclass(frozen=True, slots=True)
class OrderLevers:
    """Served below /_golive/."""

    levers: Levers

    def table(self) -> Table:
        """Method, path and handler of each."""
        return (
            ("POST", "/pay", self._pay),
            ("GET", "/orders", self._list),
            ("GET", "/creations", self._creations),
            ("GET", "/orders/{out_trade_no}", self._audit),
            ("GET", "/orders/{out_trade_no}/notification", self._notification),
            ("POST", "/orders/{out_trade_no}/redeliver", self._redeliver),
            ("POST", "/orders/{out_trade_no}/resend", self._resend),
        )

    async def _pay(self, request: Request) -> Response:
        asked = PayBody.model_validate_json(await body_of(request))
        order = self.levers.holders.order(request, asked)
        payment = await self.levers.payments.take(
            order, openid=asked.openid, coupon=asked.coupon, outcome=asked.outcome
        )
        return record(payment)

    async def _list(self, request: Request) -> Response:
        made = [
            (each.find(number).created, number)
            for each in self.levers.holders.accounts(request)
            for number in each.orders()
        ]
        made.sort(key=lambda each: each[0])  # of both providers together, oldest first
        return JSONResponse({"orders": [number for _, number in made]})

    async def _creations(self, request: Request) -> Response:
        asked = SinceQuery.model_validate(dict(request.query_params))
        found = [one for each in self.levers.holders.accounts(request) for one in each.creations(asked.since)]
        found.sort(key=lambda each: each.at)
        return JSONResponse({"creations": [each.model_dump(mode="json") for each in found]})

    async def _audit(self, request: Request) -> Response:
        return record(self.levers.audit(*self.levers.holders.account_with(request)))

    async def _notification(self, request: Request) -> Response:
        account, number = self.levers.holders.account_with(request)
        supposed = request.query_params.get("as_if") == "paid"
        order = account.as_if_paid(number) if supposed else account.paid(number)
        return JSONResponse({"resource": self.levers.told(order)})

    async def _redeliver(self, request: Request) -> Response:
        account, number = self.levers.holders.account_with(request)
        account.paid(number)
        return record(await self.levers.notifier.redeliver(account.mchid, number))

    async def _resend(self, request: Request) -> Response:
        account, number = self.levers.holders.account_with(request)
        account.paid(number)
        if not await self.levers.notifier.resend(account.mchid, number):
            raise Refused(Reason.INVALID)
        return record(account.audit(number).deliveries[-1])
