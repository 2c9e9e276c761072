"""Answers tool calls: reads the arguments, lets the provider's tools perform, tells what came of it."""

from __future__ import annotations

import hashlib
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from mcp.server import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    Tool,
)
from pydantic import ValidationError
from starlette.requests import Request
from starlette.types import Scope

from harness.core.errors import HarnessError
from harness.core.payment import RefundStatus
from harness.simulator.platform.orders import OrderRequest
from harness.simulator.wire.kit.faults import Hit
from harness.simulator.wire.kit.wire import Merchant, WireContext
from harness.simulator.wire.mcp.answer import REQUEST_ID, REQUEST_NAME, result, tool_error
from harness.simulator.wire.mcp.arguments import Arguments
from harness.simulator.wire.mcp.entry import Entry
from harness.simulator.wire.mcp.foreign_text import described

MERCHANT = "golive.merchant"
"""Where the scope of a request carries who asks."""
HIT = "golive.hit"
"""Where the scope of a request carries the fault that hits it."""

_NAMEABLE = re.compile(r"[0-9A-Za-z_.\-]{1,64}", re.ASCII)
_SHOWN_OF_NAME = 64
_SHOWN_PROBLEMS = 8
_OURS = "Value error, "
"""What pydantic puts before a reason that is not its own."""

Context = ServerRequestContext[Any, Request]
Answer = dict[str, Any]
Perform = Callable[[Any, Scope], Awaitable[Answer]]


class ToolRefusal(Exception):
    """What the platform will not do, in its own words; nothing has changed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class ToolSet(ABC):
    """The tools of one endpoint.

    Args:
        context: of the wire.
        entries: the tools by name.
        listed: what the list says of them.
        amounts: what their arguments call money.
    """

    def __init__(
        self,
        context: WireContext,
        entries: Mapping[str, Entry],
        listed: Sequence[Tool],
        *,
        amounts: Sequence[str],
    ) -> None:
        self.context = context
        self.entries = entries
        self._tools = list(listed)
        self._listed = frozenset(tool.name for tool in listed)
        self._amounts = tuple(amounts)
        self.newest_goods = ""
        """What the newest order is for; only a defect tells it."""

    @property
    @abstractmethod
    def perform(self) -> Mapping[str, Perform]:
        """What each tool does with its arguments; raises `ToolRefusal`."""

    def order_of(self, given: Mapping[str, Any], merchant: Merchant) -> str | None:
        """Which order arguments are about that name it by another number than its own."""
        del given, merchant
        return None

    def sentence(self, tool: str, told: Answer) -> str:
        """What a tool says in words beside its members; empty: nothing."""
        del tool, told
        return ""

    def rounded(self, amount: float) -> object:
        """What a careless endpoint takes for an amount of the wrong kind."""
        return round(amount)

    async def list_tools(self, context: Context, params: PaginatedRequestParams | None) -> ListToolsResult:
        """`tools/list`; one page."""
        if self.context.practices.tools_name_goods and self.newest_goods:
            return ListToolsResult(tools=described(self._tools, self.newest_goods))
        return ListToolsResult(tools=self._tools)

    async def call_tool(self, context: Context, params: CallToolRequestParams) -> CallToolResult:
        """`tools/call`. What the platform refuses is an error of the tool; nothing has changed then.

        Raises:
            MCPError: there is no such tool; or with a defect.
        """
        perform = self.perform.get(params.name)
        if perform is None or params.name not in self._listed:
            raise MCPError(INVALID_PARAMS, f"Unknown tool: {params.name[:_SHOWN_OF_NAME]}")
        if self.context.practices.fails_creates and self.entries[params.name].operation == "create":
            raise MCPError(INTERNAL_ERROR, "Internal error")
        scope = _scope(context)
        named = scope[REQUEST_NAME]
        try:
            given = self._read(params)
        except ValidationError as error:
            return tool_error(named, "PARAM_ERROR", _problem(error))
        try:
            answer = await perform(given, scope)
        except ToolRefusal as refused:
            return tool_error(named, refused.code, refused.message)
        if (hit := hit_on(scope)) is not None:
            hit.performed()
            if (late := hit.late_refusal) is not None:
                return tool_error(named, late.code, late.message)
            genuine, answer = answer, hit.altered(answer)
            hit.spoils(answer, genuine, signed=False)
        return result(named, answer, self.context.practices, sentence=self.sentence(params.name, answer))

    def _read(self, params: CallToolRequestParams) -> Arguments:
        given = dict(params.arguments or {})
        if self.context.practices.rounds_amounts:
            for name in self._amounts:
                amount = given.get(name)
                if isinstance(amount, float) and math.isfinite(amount):
                    given[name] = self.rounded(amount)
        return self.entries[params.name].takes.model_validate(given)


def merchant_of(scope: Scope) -> Merchant:
    """Who asks."""
    merchant: Merchant = scope[MERCHANT]
    return merchant


def hit_on(scope: Scope) -> Hit | None:
    """The fault that hits a request, if any."""
    hit: Hit | None = scope.get(HIT)
    return hit


def refund_ends_on(scope: Scope) -> RefundStatus:
    """What becomes of a refund that is accepted now."""
    hit = hit_on(scope)
    return RefundStatus.SUCCESS if hit is None else hit.refund_ends


def once_name(request: OrderRequest) -> str:
    """What makes this request the same one when it comes again: its name and all that it asks for."""
    asked = repr((request.product, request.total, sorted(request.parameters.items())))
    return f"mcp {request.request_id} {hashlib.sha256(asked.encode('utf-8', 'replace')).hexdigest()}"


def _scope(context: Context) -> Scope:
    """The request's scope, with the name in it that the caller wants, if it is one to have."""
    if context.request is None:
        raise HarnessError("a tool call that came by no HTTP request", where="simulator")
    scope = context.request.scope
    wanted = (context.meta or {}).get(REQUEST_ID)
    if isinstance(wanted, str) and _NAMEABLE.fullmatch(wanted):
        scope[REQUEST_NAME] = wanted
    return scope


def _problem(error: ValidationError) -> str:
    """What is wrong with each bad argument, without repeating what was sent."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    told = "; ".join(
        f"{_place(each['loc'])}: {each['msg'].removeprefix(_OURS)}" for each in found[:_SHOWN_PROBLEMS]
    )
    more = len(found) - _SHOWN_PROBLEMS
    return f"参数错误 / bad argument {told}" + (f"; +{more}" if more > 0 else "")


def _place(location: tuple[int | str, ...]) -> str:
    named = ".".join(str(part) for part in location)[:_SHOWN_OF_NAME]
    return named.encode("utf-8", "replace").decode() or "object"
