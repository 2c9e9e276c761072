"""WeChat's tools: what each asks of the platform, and how it tells what the platform says."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.types import Scope

from harness.core.clock import rfc3339
from harness.core.payment import TRADE_STATE_DESC, Product
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
from harness.simulator.wire.mcp.answer import REQUEST_NAME
from harness.simulator.wire.mcp.toolset import (
    Answer,
    Perform,
    ToolRefusal,
    ToolSet,
    hit_on,
    merchant_of,
    once_name,
    refund_ends_on,
)


class Orders(ToolSet):
    """The tools of this endpoint."""

    def __init__(self, context: WireContext) -> None:
        super().__init__(context, catalogue.ENTRIES, catalogue.tools(context.practices), amounts=("amount",))
        perform: Mapping[str, Perform] = {
            catalogue.CREATE_NATIVE: self._native,
            catalogue.CREATE_H5: self._h5,
            catalogue.CREATE_JSAPI: self._jsapi,
            catalogue.QUERY: self._query,
            catalogue.CLOSE: self._close,
            catalogue.REFUND: self._refund,
            catalogue.QUERY_REFUND: self._query_refund,
            catalogue.STATUS: self._status,
        }
        self._perform = {name: _in_words(each) for name, each in perform.items()}

    @property
    def perform(self) -> Mapping[str, Perform]:
        """Every tool's."""
        return self._perform

    async def _native(self, given: arguments.CreateNative, scope: Scope) -> Answer:
        handle = self._create(given, Product.NATIVE, scope)
        return _prepared(_number(given, scope), handle, {"code_url": handle.code_url})

    async def _h5(self, given: arguments.CreateH5, scope: Scope) -> Answer:
        handle = self._create(
            given,
            Product.H5,
            scope,
            payer_client_ip=given.payer_client_ip,
            h5_type=given.h5_type or DEFAULT_H5_TYPE,
        )
        return _prepared(_number(given, scope), handle, {"h5_url": handle.h5_url})

    async def _jsapi(self, given: arguments.CreateJsapi, scope: Scope) -> Answer:
        handle = self._create(given, Product.JSAPI, scope, openid=given.openid)
        bridge = bridge_parameters(merchant_of(scope).identity, handle.prepay_id)
        return _prepared(_number(given, scope), handle, {"prepay_id": handle.prepay_id, **bridge})

    def order_of(self, given: Mapping[str, Any], merchant: Merchant) -> str | None:
        """By the number of a refund of it."""
        number = given.get("out_refund_no")
        return merchant.account.refunds.order_of_number(number) if isinstance(number, str) else None

    async def _query(self, given: arguments.QueryOrder, scope: Scope) -> Answer:
        merchant = merchant_of(scope)
        told = transaction(merchant.account.query(given.out_trade_no))
        hit = hit_on(scope)
        if hit is not None and (state := hit.state) is not None:
            told |= {"trade_state": state, "trade_state_desc": TRADE_STATE_DESC.get(state, state)}
        if self.context.practices.tells_key:
            told["trade_state_desc"] = f"{told['trade_state_desc']} ({merchant.identity.mcp_api_key})"
        return {**told}

    async def _close(self, given: arguments.CloseOrder, scope: Scope) -> Answer:
        merchant_of(scope).account.close(given.out_trade_no)
        return {"out_trade_no": given.out_trade_no, "closed": True}

    async def _refund(self, given: arguments.RefundOrder, scope: Scope) -> Answer:
        account = merchant_of(scope).account
        request = RefundRequest(
            mchid=account.mchid,
            out_refund_no=given.out_refund_no,
            refund=given.amount,
            total=None,
            out_trade_no=given.out_trade_no,
            reason=given.reason or "",
            notify_url=None,
            by_agent=True,
            dialect=self.context.dialect,
            ends=refund_ends_on(scope),
        )
        return refund_in_short(account.refunds.create(request))

    async def _query_refund(self, given: arguments.QueryRefund, scope: Scope) -> Answer:
        return refund_in_short(merchant_of(scope).account.refunds.query(given.out_refund_no))

    async def _status(self, given: arguments.NoArguments, scope: Scope) -> Answer:
        account = merchant_of(scope).account
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
        account = merchant_of(scope).account
        request = OrderRequest(
            mchid=account.mchid,
            appid=account.appid,
            product=product,
            out_trade_no=self._free(account, _number(given, scope)),
            total=given.amount,
            notify_url=notify_url,
            parameters=parameters,
            dialect=self.context.dialect,
            request_id=scope[REQUEST_NAME],
            openid=of_product.get("openid"),
            time_expire=given.expires,
            attach=given.attach,
            description=given.description,
        )
        handle = account.create(request, once=once_name(request))
        self.newest_goods = given.description
        return handle

    def _free(self, account: Account, number: str) -> str:
        """The order's number; with the defect that orders again, one that is still free."""
        if self.context.practices.repeat_orders_again and number in account.orders():
            return f"{number[:23]}_{secrets.token_hex(4)}"
        return number


def _in_words(perform: Perform) -> Perform:
    """The same, with what the platform refuses in WeChat's words."""

    async def performed(given: Any, scope: Scope) -> Answer:
        try:
            return await perform(given, scope)
        except Refused as refused:
            told = business(refused)
            raise ToolRefusal(told.code, told.message) from None

    return performed


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
