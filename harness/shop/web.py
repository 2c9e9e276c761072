"""What every route of the shop needs: bounded bodies, sessions, same-origin checks, headers, plain errors."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.gateways.wire_json import read_object
from harness.shop.practices import REFERRER_POLICY, Practices
from harness.shop.refusal import Refusal, refusal, sentence

SESSION_COOKIE = "golive_session"
_LARGEST_FORM = 16 * 1024

_POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": REFERRER_POLICY,
    "Cache-Control": "no-store",
}


class RequestModel(BaseModel):
    """Base of what a page sends: camelCase, strict types, unknown members ignored."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True, frozen=True)


RequestT = TypeVar("RequestT", bound=RequestModel)


async def bounded_body(request: Request, limit: int) -> bytes | None:
    """The raw body, or None as soon as it proves longer than `limit` bytes."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > limit:
        return None
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)


async def read_model(request: Request, model: type[RequestT], *, any_type: bool = False) -> RequestT:
    """The JSON body as a model.

    Args:
        any_type: whatever the body is called, as no correct shop takes it.

    Raises:
        Refusal: another content type, too long, no JSON object, or members that are not what they must be.
    """
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if told != "application/json" and not any_type:
        raise refusal(415, "请求须为JSON。", "Send application/json.")
    body = await bounded_body(request, _LARGEST_FORM)
    if body is None:
        raise refusal(413, "请求过大。", "The request is too long.")
    try:
        return model.model_validate(read_object(body))
    except ValidationError as error:
        names = ", ".join(sorted({".".join(str(part) for part in each["loc"]) for each in error.errors()}))
        raise refusal(400, f"参数不正确：{names}。", f"Not what it must be: {names}.") from None
    except ValueError:
        raise refusal(400, "请求不是JSON对象。", "The request is not a JSON object.") from None


def require_shopper(account: str | None) -> str:
    """The account of a session that was found.

    Raises:
        Refusal: there is none.
    """
    if account is None:
        raise refusal(401, "请先登录。", "Log in first.")
    return account


def require_same_origin(request: Request, origins: Collection[str]) -> None:
    """A request that changes something comes from a page of ours (facts 7.5, 8.3 C32).

    Raises:
        Refusal: no Origin, or a foreign one.
    """
    if request.headers.get("origin", "") not in origins:
        raise refusal(403, "请求来源不被允许。", "The request does not come from a page of this shop.")


def refused(refused_with: Refusal) -> JSONResponse:
    """A refusal as the shop's API tells it."""
    return JSONResponse(
        {"success": False, "error": sentence(refused_with.text)}, status_code=refused_with.status
    )


async def on_refusal(request: Request, error: Exception) -> Response:
    """Starlette's handler for `Refusal`."""
    del request
    if not isinstance(error, Refusal):
        raise error
    return refused(error)


async def on_bug(request: Request, error: Exception) -> Response:
    """Starlette's handler for what nobody expected: no inner detail leaves the shop."""
    del request, error
    return refused(refusal(500, "系统错误，请稍后重试。", "Something went wrong here: try again later."))


class PlainHeaders:
    """Adds the same careful headers to every answer, and over https one more."""

    def __init__(self, app: ASGIApp, practices: Practices) -> None:
        self._app = app
        framed = practices.frame_ancestors
        self._clear = {
            "Content-Security-Policy": _POLICY + (f"; frame-ancestors {framed}" if framed else ""),
            **_HEADERS,
        }
        kept = practices.keeps_on_https
        self._secure = {**self._clear, **({"Strict-Transport-Security": kept} if kept else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its answer."""
        added = self._secure if scope.get("scheme") == "https" else self._clear

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, complete if scope["type"] == "http" else send)
