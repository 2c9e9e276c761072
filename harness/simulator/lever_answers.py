"""What a lever answers: a record, or in which words it was not pulled; and how its body is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.core.errors import UsageError
from harness.simulator.platform.orders import Reason, Refused
from harness.simulator.wire.kit.body import Disconnected, TooLarge, TooSlow, read_body

LARGEST_BODY = 64 * 1024
"""Bytes; the longest lever, a fault, is far below a kilobyte."""

Handler = Callable[[Request], Awaitable[Response]]


async def pulled(handler: Handler, request: Request) -> Response:
    """What the lever answers, or why it was not pulled."""
    try:
        return await handler(request)
    except Refused as refused:
        status = 404 if refused.reason in (Reason.UNKNOWN, Reason.REFUND_UNKNOWN) else 409
        return refuse(status, refused.reason.value, f"the platform refuses: {refused.reason.value}")
    except ValidationError as error:
        return refuse(422, "invalid", "; ".join(_problem(one) for one in error.errors()))
    except UsageError as error:
        return refuse(409, "invalid", str(error))
    except (TooLarge, TooSlow) as error:
        if isinstance(error, TooSlow):
            status, said = 408, error.detail
        else:
            status, said = 413, f"the body is longer than {LARGEST_BODY} bytes"
        return refuse(status, "invalid", said)
    except Disconnected:
        return Response(status_code=400)  # which nobody will read


async def body_of(request: Request) -> bytes:
    """The whole of it, up to `LARGEST_BODY`."""
    return await read_body(request.scope, request.receive, limit=LARGEST_BODY)


def record(told: BaseModel) -> Response:
    """A record as JSON."""
    return Response(told.model_dump_json(), media_type="application/json")


def refuse(status: int, reason: str, message: str) -> Response:
    """Why a lever was not pulled."""
    return JSONResponse({"reason": reason, "message": message}, status_code=status)


def _problem(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"]) or "body"
    return f"{where}: {error['msg']}"
