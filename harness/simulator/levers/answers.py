"""What a lever answers: a record, or in which words it was not pulled; and how its body is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.core.errors import UsageError
from harness.levers.models import Fault
from harness.simulator.faults.wrong_member import told
from harness.simulator.levers.bodies import RulesBody
from harness.simulator.platform.orders import Reason, Refused
from harness.simulator.wire.kit.body import Disconnected, TooLarge, TooSlow, read_body

LARGEST_BODY = 64 * 1024
"""Bytes; the longest lever, a fault, is far below a kilobyte."""

Handler = Callable[[Request], Awaitable[Response]]
Table = Iterable[tuple[str, str, Handler]]
"""Levers: method, path and what is done."""


async def pulled(handler: Handler, request: Request) -> Response:
    """What the lever answers, or why it was not pulled."""
    try:
        return await handler(request)
    except Refused as refused:
        status = 404 if refused.reason in (Reason.UNKNOWN, Reason.REFUND_UNKNOWN) else 409
        return refuse(status, refused.reason.value, f"the platform refuses: {refused.reason.value}")
    except ValidationError as error:
        return refuse(422, "invalid", "; ".join(_problems(error)))
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


def _problems(error: ValidationError) -> Iterator[str]:
    """What is wrong with a body: of a rule in the words that a file of rules is refused with."""
    told_already = set()
    for found in error.errors():
        rule, member = _within_a_rule(error.title, found["loc"])
        if member is None and found["type"] != "value_error":
            yield f"{'.'.join(map(str, found['loc'])) or 'body'}: {found['msg']}"
        elif (rule, member) not in told_already:
            told_already.add((rule, member))
            why = told({**found, "loc": (member,) if member else ()})
            yield f"rule {rule}: {why}" if rule else why


def _within_a_rule(title: str, loc: tuple[int | str, ...]) -> tuple[int, str | None]:
    """Which of several rules a mistake is in, from one (0: it stands alone), and in which member, if any."""
    if title == Fault.__name__:
        return 0, str(loc[0]) if loc else None
    if title == RulesBody.__name__ and loc[:1] == ("rules",) and len(loc) > 1:
        return int(loc[1]) + 1, str(loc[2]) if len(loc) > 2 else None
    return 0, None
