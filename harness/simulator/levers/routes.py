"""The paths under /_golive/, and who may go there.

Whoever holds the token can pay, forge and see keys. So only loopback peers are heard, only under a loopback
Host (a page elsewhere whose name was rebound to 127.0.0.1 is not), and the token is compared in constant
time.
"""

from __future__ import annotations

import hmac

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.levers.models import LEVERS
from harness.simulator.levers.accounts import AccountLevers
from harness.simulator.levers.answers import Handler, pulled, refuse
from harness.simulator.levers.clock_and_door import ClockLevers
from harness.simulator.levers.faults import FaultLevers
from harness.simulator.levers.levers import Levers
from harness.simulator.levers.money import MoneyLevers
from harness.simulator.levers.orders import OrderLevers
from harness.simulator.levers.refunds import RefundLevers
from harness.simulator.wire.kit.here import from_here

_KINDS = (ClockLevers, OrderLevers, RefundLevers, MoneyLevers, FaultLevers, AccountLevers)


def lever_routes(levers: Levers) -> list[Route]:
    """Serves every call of `LeversClient`."""
    return [
        Route(LEVERS + path, _guarded(levers, handler), methods=[method])
        for kind in _KINDS
        for method, path, handler in kind(levers).table()
    ]


def _guarded(levers: Levers, handler: Handler) -> Handler:
    async def guarded(request: Request) -> Response:
        if not from_here(request):
            return Response(status_code=404)
        if not _knows_token(levers, request):
            return refuse(403, "forbidden", "the levers want Authorization: Bearer <GOLIVE_LEVERS_TOKEN>")
        return await pulled(handler, request)

    return guarded


def _knows_token(levers: Levers, request: Request) -> bool:
    given = request.headers.get("authorization", "").encode("latin-1")
    first = next(iter(levers.merchants.values()))
    return hmac.compare_digest(given, f"Bearer {first.identity.levers_token}".encode())
