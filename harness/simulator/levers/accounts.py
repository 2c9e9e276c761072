"""Levers of merchant accounts: their keys and certificates, further ones, and whose signature was refused."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.simulator.levers.answers import Table, body_of, record
from harness.simulator.levers.bodies import AccountBody, LastQuery
from harness.simulator.levers.levers import Levers


@dataclass(frozen=True, slots=True)
class AccountLevers:
    """Served below /_golive/."""

    levers: Levers

    def table(self) -> Table:
        """Method, path and handler of each."""
        return (
            ("GET", "/refused-signatures", self._refused_signatures),
            ("GET", "/keys", self._keys),
            ("POST", "/accounts", self._add_account),
            ("POST", "/merchant-certificates", self._apply),
            ("GET", "/merchant-certificates/{serial}", self._certificate),
            ("POST", "/merchant-certificates/{serial}/revoke", self._revoke),
            ("POST", "/merchant-certificates/{serial}/restore", self._restore),
        )

    async def _refused_signatures(self, request: Request) -> Response:
        asked = LastQuery.model_validate(dict(request.query_params))
        found = [each.record() for each in self.levers.refused.newest(asked.last)]
        return JSONResponse({"refused": [each.model_dump(mode="json") for each in found]})

    async def _keys(self, request: Request) -> Response:
        return record(self.levers.holders.merchant(request).identity.platform_keys())

    async def _add_account(self, request: Request) -> Response:
        asked = AccountBody.model_validate_json(await body_of(request))
        base_url = str(request.base_url).rstrip("/")
        settings = await self.levers.open_account(
            base_url, asked.notify_url, asked.experience, asked.key_mode
        )
        return JSONResponse({"settings": settings}, status_code=201)

    async def _apply(self, request: Request) -> Response:
        issued = await asyncio.to_thread(self.levers.holders.merchant(request).certificates.apply)
        return JSONResponse(issued.model_dump(mode="json"), status_code=201)

    async def _certificate(self, request: Request) -> Response:
        return record(self.levers.holders.merchant(request).certificates.file(request.path_params["serial"]))

    async def _revoke(self, request: Request) -> Response:
        self.levers.holders.merchant(request).certificates.revoke(request.path_params["serial"])
        return JSONResponse({})

    async def _restore(self, request: Request) -> Response:
        self.levers.holders.merchant(request).certificates.revoke(
            request.path_params["serial"], revoked=False
        )
        return JSONResponse({})
