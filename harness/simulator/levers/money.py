"""Levers of what stands in the books: bills, balance and ledger."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.levers.models import BillChange
from harness.simulator.levers.answers import Table, body_of, record
from harness.simulator.levers.bodies import WithdrawBody
from harness.simulator.levers.levers import Levers


@dataclass(frozen=True, slots=True)
class MoneyLevers:
    """Served below /_golive/."""

    levers: Levers

    def table(self) -> Table:
        """Method, path and handler of each."""
        return (
            ("POST", "/bills", self._change_bills),
            ("GET", "/bills", self._bill_requests),
            ("POST", "/withdraw", self._withdraw),
            ("GET", "/ledger", self._ledger),
        )

    async def _change_bills(self, request: Request) -> Response:
        change = BillChange.model_validate_json(await body_of(request))
        self.levers.holders.accounts(request)[0].bill_desk.alter(change)
        return JSONResponse({})

    async def _bill_requests(self, request: Request) -> Response:
        asked = self.levers.holders.accounts(request)[0].bill_desk.requests()
        return JSONResponse({"requests": [each.model_dump(mode="json") for each in asked]})

    async def _withdraw(self, request: Request) -> Response:
        asked = WithdrawBody.model_validate_json(await body_of(request))
        return JSONResponse({"balance": self.levers.holders.accounts(request)[0].withdraw(int(asked.amount))})

    async def _ledger(self, request: Request) -> Response:
        entries = request.query_params.get("entries") != "none"
        mchids = (each.mchid for each in self.levers.holders.accounts(request))
        return record(self.levers.platform.ledger(*mchids, entries=entries))
