"""Answers tool calls: reads the arguments, asks the platform, tells what it says."""

from __future__ import annotations

import hashlib
import math
import re
import secrets
from collections.abc import Callable, Mapping
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
)
from pydantic import ValidationError
from starlette.requests import Request
from starlette.types import Scope

from harness.core.clock import rfc3339
from harness.core.errors import HarnessError
from harness.core.payment import TRADE_STATE_DESC, Product, RefundStatus
from harness.simulator.platform.accounts import Account
from harness.simulator.platform.orders import Handle, OrderRequest, Refused
from harness.simulator.platform.parameters import DEFAULT_H5_TYPE, order_parameters
from harness.simulator.platform.refund import RefundRequest
from harness.simulator.wire.kit.bridge import bridge_parameters
from harness.simulator.wire.kit.errors import business
from harness.simulator.wire.kit.refund import refund_in_short
from harness.simulator.wire.kit.transaction import transaction
from harness.simulator.wire.kit.wire import Merchant, WireContext
from harness.simulator.wire.mcp import arguments, catalogue
from harness.simulator.wire.mcp.answer import REQUEST_ID, REQUEST_NAME, result, tool_error
from harness.simulator.wire.mcp.foreign_text import described

MERCHANT = "golive.merchant"
"""Where the scope of a request carries who asks."""
TRADE_STATE = "golive.trade_state"
"""Where the scope of a request carries the state that a fault puts into the answer."""
REFUND_ENDS = "golive.refund_ends"
"""Where it carries what becomes of a refund under a fault."""
LATE_REFUSAL = "golive.late_refusal"
"""Where it carries what a fault answers although everything happened."""

_NAMEABLE = re.compile(r"[0-9A-Za-z_.\-]{1,64}", re.ASCII)
_SHOWN_OF_NAME = 64
_SHOWN_PROBLEMS = 8

Context = ServerRequestContext[Any, Request]
Answer = dict[str, Any]


class Orders:
    """The tools of this endpoint."""

    def __init__(self, context: WireContext) -> None:
        self._dialect = context.dialect
        self._practices = context.practices
        self._tools = catalogue.tools(context.practices)
        self._listed = frozenset(tool.name for tool in self._tools)
        self._newest_goods = ""
        self._perform: Mapping[str, Callable[[Any, Scope], Answer]] = {
            catalogue.CREATE_NATIVE: self._native,
            catalogue.CREATE_H5: self._h5,
            catalogue.CREATE_JSAPI: self._jsapi,
            catalogue.QUERY: self._query,
            catalogue.CLOSE: self._close,
            catalogue.REFUND: self._refund,
            catalogue.QUERY_REFUND: self._query_refund,
            catalogue.STATUS: self._status,
        }

    async def list_tools(self, context: Context, params: PaginatedRequestParams | None) -> ListToolsResult:
        """`tools/list`; one page."""
        if self._practices.tools_name_goods and self._newest_goods:
            return ListToolsResult(tools=described(self._tools, self._newest_goods))
        return ListToolsResult(tools=self._tools)

    async def call_tool(self, context: Context, params: CallToolRequestParams) -> CallToolResult:
        """`tools/call`. What the platform refuses is an error of the tool; nothing has changed then.

        Raises:
            MCPError: there is no such tool; or with a defect.
        """
        perform = self._perform.get(params.name)
        if perform is None or params.name not in self._listed:
            raise MCPError(INVALID_PARAMS, f"Unknown tool: {params.name[:_SHOWN_OF_NAME]}")
        if self._practices.fails_creates and catalogue.ENTRIES[params.name].operation == "create":
            raise MCPError(INTERNAL_ERROR, "Internal error")
        scope = _scope(context)
        named = scope[REQUEST_NAME]
        try:
            given = self._read(params)
        except ValidationError as error:
            return tool_error(named, "PARAM_ERROR", _problem(error))
        try:
            answer = perform(given, scope)
            late = scope.get(LATE_REFUSAL)
            return (
                result(named, answer, self._practices)
                if late is None
                else tool_error(named, late.code, late.message)
            )
        except Refused as refused:
            told = business(refused)
            return tool_error(named, told.code, told.message)

    def _read(self, params: CallToolRequestParams) -> arguments.Arguments:
        given = dict(params.arguments or {})
        amount = given.get("amount")
        if self._practices.rounds_amounts and isinstance(amount, float) and math.isfinite(amount):
            given["amount"] = round(amount)
        return catalogue.ENTRIES[params.name].takes.model_validate(given)

    def _native(self, given: arguments.CreateNative, scope: Scope) -> Answer:
        handle = self._create(given, Product.NATIVE, scope)
        return _prepared(_number(given, scope), handle, {"code_url": handle.code_url})

    def _h5(self, given: arguments.CreateH5, scope: Scope) -> Answer:
        handle = self._create(
            given,
            Product.H5,
            scope,
            payer_client_ip=given.payer_client_ip,
            h5_type=given.h5_type or DEFAULT_H5_TYPE,
        )
        return _prepared(_number(given, scope), handle, {"h5_url": handle.h5_url})

    def _jsapi(self, given: arguments.CreateJsapi, scope: Scope) -> Answer:
        handle = self._create(given, Product.JSAPI, scope, openid=given.openid)
        bridge = bridge_parameters(_merchant(scope).identity, handle.prepay_id)
        return _prepared(_number(given, scope), handle, {"prepay_id": handle.prepay_id, **bridge})

    def _query(self, given: arguments.QueryOrder, scope: Scope) -> Answer:
        merchant = _merchant(scope)
        told = transaction(merchant.account.query(given.out_trade_no))
        state = scope.get(TRADE_STATE)
        if state is not None:
            told |= {"trade_state": state, "trade_state_desc": TRADE_STATE_DESC.get(state, state)}
        if self._practices.tells_key:
            told["trade_state_desc"] = f"{told['trade_state_desc']} ({merchant.identity.mcp_api_key})"
        return told

    def _close(self, given: arguments.CloseOrder, scope: Scope) -> Answer:
        _merchant(scope).account.close(given.out_trade_no)
        return {"out_trade_no": given.out_trade_no, "closed": True}

    def _refund(self, given: arguments.RefundOrder, scope: Scope) -> Answer:
        account = _merchant(scope).account
        request = RefundRequest(
            mchid=account.mchid,
            out_refund_no=given.out_refund_no,
            refund=given.amount,
            total=None,
            out_trade_no=given.out_trade_no,
            reason=given.reason or "",
            notify_url=None,
            by_agent=True,
            dialect=self._dialect,
            ends=scope.get(REFUND_ENDS, RefundStatus.SUCCESS),
        )
        return refund_in_short(account.refunds.create(request))

    def _query_refund(self, given: arguments.QueryRefund, scope: Scope) -> Answer:
        return refund_in_short(_merchant(scope).account.refunds.query(given.out_refund_no))

    def _status(self, given: arguments.NoArguments, scope: Scope) -> Answer:
        account = _merchant(scope).account
        return {
            "enabled": True,
            "wechat": True,
            "alipay": False,
            "experience": account.experience,
            "payee": account.payee,
        }

    def _create(
        self, given: arguments.CreatePayment, product: Product, scope: Scope, **of_product: str
    ) -> Handle:
        notify_url = given.notify_url or ""
        parameters = order_parameters(
            description=given.description,
            notify_url=notify_url,
            time_expire=given.expires,
            attach=given.attach,
            openid=of_product.get("openid"),
            payer_client_ip=of_product.get("payer_client_ip"),
            h5_type=of_product.get("h5_type"),
        )
        account = _merchant(scope).account
        request = OrderRequest(
            mchid=account.mchid,
            appid=account.appid,
            product=product,
            out_trade_no=self._free(account, _number(given, scope)),
            total=given.amount,
            notify_url=notify_url,
            parameters=parameters,
            dialect=self._dialect,
            request_id=scope[REQUEST_NAME],
            openid=of_product.get("openid"),
            time_expire=given.expires,
            attach=given.attach,
            description=given.description,
        )
        handle = account.create(request, once=_once(request))
        self._newest_goods = given.description
        return handle

    def _free(self, account: Account, number: str) -> str:
        """The order's number; with the defect that orders again, one that is still free."""
        if self._practices.repeat_orders_again and number in account.orders():
            return f"{number[:23]}_{secrets.token_hex(4)}"
        return number


def _merchant(scope: Scope) -> Merchant:
    merchant: Merchant = scope[MERCHANT]
    return merchant


def _scope(context: Context) -> Scope:
    """The request's scope, with the name in it that the caller wants, if it is one to have."""
    if context.request is None:
        raise HarnessError("a tool call that came by no HTTP request", where="simulator")
    scope = context.request.scope
    wanted = (context.meta or {}).get(REQUEST_ID)
    if isinstance(wanted, str) and _NAMEABLE.fullmatch(wanted):
        scope[REQUEST_NAME] = wanted
    return scope


def _once(request: OrderRequest) -> str:
    """What makes this request the same one when it comes again: its name and all that it asks for."""
    asked = repr((request.product, request.total, sorted(request.parameters.items())))
    return f"mcp {request.request_id} {hashlib.sha256(asked.encode('utf-8', 'replace')).hexdigest()}"


def _number(given: arguments.CreatePayment, scope: Scope) -> str:
    """The merchant's number, or one made of the request's name: the same request again is the same order."""
    if given.out_trade_no is not None:
        return given.out_trade_no
    return f"MCP{hashlib.sha256(f'{scope[REQUEST_NAME]} {given!r}'.encode()).hexdigest()[:29].upper()}"


def _prepared(number: str, handle: Handle, start: Answer) -> Answer:
    told = {"out_trade_no": number, **start}
    if handle.expire_time is not None:
        told["expire_time"] = rfc3339(handle.expire_time)
    return told


def _problem(error: ValidationError) -> str:
    """What is wrong with each bad argument, without repeating what was sent."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    told = "; ".join(f"{_place(each['loc'])}: {each['msg']}" for each in found[:_SHOWN_PROBLEMS])
    more = len(found) - _SHOWN_PROBLEMS
    return f"参数错误 / bad argument {told}" + (f"; +{more}" if more > 0 else "")


def _place(location: tuple[int | str, ...]) -> str:
    named = ".".join(str(part) for part in location)[:_SHOWN_OF_NAME]
    return named.encode("utf-8", "replace").decode() or "object"
