"""What the shop tells its operators of its payment services: the switch, and who answers right now (E6)."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.gateways.service_status import ServiceStatus
from harness.shop.assembly import Shop
from harness.shop.web import SESSION_COOKIE, require_shopper


class StatusApi:
    """Routes that ask the payment endpoint how it is; only for who has logged in."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> list[Route]:
        """What Starlette mounts."""
        return [
            Route("/api/payment/status", self.status, methods=["GET"]),
            Route("/api/payment/mcp-health", self.health, methods=["GET"]),
        ]

    async def status(self, request: Request) -> Response:
        """Whether MCP is switched on, and which providers answer over it."""
        told = await self._asked(request)
        return JSONResponse(
            {
                "enabled": told.enabled,
                "wechatInitialized": told.wechat,
                "alipayInitialized": told.alipay,
                "detail": told.detail,
            }
        )

    async def health(self, request: Request) -> Response:
        """Which providers answer over MCP."""
        told = await self._asked(request)
        return JSONResponse({"wechat": told.wechat, "alipay": told.alipay})

    async def _asked(self, request: Request) -> ServiceStatus:
        token = request.cookies.get(SESSION_COOKIE, "")
        require_shopper(await run_in_threadpool(self._shop.accounts.of_session, token))
        return await run_in_threadpool(self._shop.practices.service_status, self._shop.gateway)
