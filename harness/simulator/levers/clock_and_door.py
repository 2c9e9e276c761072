"""Levers of the simulator as a whole: how it is, business time, and its door over https."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.simulator.levers.answers import Table, body_of, record
from harness.simulator.levers.bodies import AdvanceBody, DoorBody
from harness.simulator.levers.levers import Levers
from harness.simulator.platform.orders import Reason, Refused


@dataclass(frozen=True, slots=True)
class ClockLevers:
    """Served below /_golive/."""

    levers: Levers

    def table(self) -> Table:
        """Method, path and handler of each."""
        return (
            ("GET", "/health", self._health),
            ("POST", "/advance", self._advance),
            ("GET", "/door", self._door),
            ("POST", "/door", self._show),
        )

    async def _health(self, request: Request) -> Response:
        limited = self.levers.holders.merchant(request).account.experience
        return JSONResponse(
            {"ok": True, "business_time": self.levers.clock.now().isoformat(), "experience": limited}
        )

    async def _advance(self, request: Request) -> Response:
        asked = AdvanceBody.model_validate_json(await body_of(request))
        now = self.levers.clock.advance(timedelta(seconds=asked.seconds))
        await self.levers.refund_news.tell()
        await self.levers.trade_news.tell()
        await self.levers.notifier.drain()
        return JSONResponse({"now": now.isoformat()})

    async def _door(self, request: Request) -> Response:
        del request
        return JSONResponse(None) if self.levers.door is None else record(self.levers.door.told)

    async def _show(self, request: Request) -> Response:
        asked = DoorBody.model_validate_json(await body_of(request))
        if self.levers.door is None:
            raise Refused(Reason.UNKNOWN)
        await self.levers.door.show(asked.certificate)
        return record(self.levers.door.told)
