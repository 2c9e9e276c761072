"""Alipay's own API: the open platform's gateway, called for oneself (facts alipay 1 and 2)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date

from harness.core.bill import TradeBill
from harness.core.errors import (
    ConfigurationError,
    EnvironmentUnreachable,
    PlatformRefusal,
    TargetFailure,
    UnknownOutcome,
    UsageError,
)
from harness.core.exchange import Listener
from harness.core.payment import (
    Order,
    Prepared,
    Product,
    Provider,
    Refund,
    RefundOrder,
    TradeState,
    Transaction,
)
from harness.gateways.alipay.bill import open_bill
from harness.gateways.alipay.bill_download import fetch_bill
from harness.gateways.alipay.mapping import (
    order_content,
    refund_answer,
    refund_content,
    refund_found,
    transaction,
)
from harness.gateways.alipay.refusals import NOT_OPENED
from harness.gateways.alipay.transport import Call, Transport, Verify
from harness.gateways.answer_members import malformed, replayed, required
from harness.gateways.classic import ClassicGateway
from harness.gateways.clock_skew import skew_s
from harness.gateways.guard import UNGUARDED, Unguarded
from harness.gateways.protocol import EndpointStatus
from harness.settings.model import AlipaySettings, McpSettings, Settings
from harness.signing.alipay import answer_holds

_METHODS = {
    Product.NATIVE: "alipay.trade.precreate",
    Product.JSAPI: "alipay.trade.create",
    Product.H5: "alipay.trade.wap.pay",
    Product.PAGE: "alipay.trade.page.pay",
    Product.APP: "alipay.trade.app.pay",
}
_QUERY = "alipay.trade.query"
OpenBill = Callable[[bytes, date], TradeBill]
"""A downloaded archive and its day, to what it tells."""
_NOBODYS = "GOLIVEPROBE0"
"""A number under which nobody orders."""


def open_gateway(
    settings: Settings, *, listeners: Sequence[Listener] = (), guard: Unguarded = UNGUARDED
) -> AlipayGateway:
    """The gateway of a merchant's settings.

    Raises:
        ConfigurationError: they configure no Alipay.
    """
    return AlipayGateway(alipay_of(settings), listeners=listeners, guard=guard)


def alipay_of(settings: Settings) -> AlipaySettings:
    """What the settings say of Alipay.

    Raises:
        ConfigurationError: nothing, or not all that it needs.
    """
    if settings.alipay is None:
        raise ConfigurationError(
            "the settings configure no Alipay",
            where="ALIPAY_APP_ID",
            remedy="set what `golive config check` says is missing of Alipay",
        )
    return settings.alipay


def alipay_mcp_of(settings: Settings) -> tuple[AlipaySettings, McpSettings]:
    """What the settings say of Alipay, and of its MCP endpoint.

    Raises:
        ConfigurationError: nothing of either, or not all that it needs.
    """
    alipay = alipay_of(settings)
    if settings.alipay_mcp is None:
        raise ConfigurationError(
            "the settings name no MCP endpoint of Alipay's",
            where="ALIPAY_MCP_ENDPOINT",
            remedy="set ALIPAY_MCP_ENDPOINT, ALIPAY_MCP_API_KEY and ALIPAY_MCP_MERCHANT_ID",
        )
    return alipay, settings.alipay_mcp


class AlipayGateway(ClassicGateway):
    """An application's gateway to Alipay.

    Args:
        settings: the application, its key and Alipay's.
        listeners: hear every exchange.
        timeout_s: how long one request may take, in seconds.
        guard: asked before every request and every order.
        verify: what makes an answer believed; another only as a deliberate defect.
        opens_bill: reads a downloaded bill; another only as a deliberate defect.

    Raises:
        UnsafeRequest: the gateway's address is neither https nor loopback.
    """

    dialect = "alipay"
    probed = "query"
    _transport: Transport

    def __init__(
        self,
        settings: AlipaySettings,
        *,
        listeners: Sequence[Listener] = (),
        timeout_s: float = 5.0,
        guard: Unguarded = UNGUARDED,
        verify: Verify = answer_holds,
        opens_bill: OpenBill = open_bill,
    ) -> None:
        self._settings = settings
        self._guard = guard
        self._listeners = tuple(listeners)
        self.opens_bill = opens_bill
        self._timeout_s = timeout_s
        self._transport = Transport(
            settings, listeners=listeners, timeout_s=timeout_s, guard=guard, verify=verify
        )

    def create(self, order: Order) -> Prepared:
        """Place an order of any product. H5, PAGE and APP send nothing: the payer's side brings them.

        Raises:
            TargetFailure: the signed answer speaks of another order, or carries no handle.
        """
        by_link = order.product in (Product.H5, Product.PAGE)
        call = Call(
            operation="create",
            method=_METHODS[order.product],
            content=order_content(order, app_id=self._settings.app_id),
            notify_url=order.notify_url,
            return_url=(order.return_url or self._settings.return_url) if by_link else None,
            out_trade_no=order.out_trade_no,
        )
        self._guard.spend(order.out_trade_no, order.amount, provider=Provider.ALIPAY)
        number = order.out_trade_no
        if order.product is Product.H5:
            return Prepared(out_trade_no=number, h5_url=self._transport.link(call), dialect=self.dialect)
        if order.product is Product.PAGE:
            return Prepared(out_trade_no=number, page_url=self._transport.link(call), dialect=self.dialect)
        if order.product is Product.APP:
            told = self._transport.order_string(call)
            return Prepared(out_trade_no=number, order_string=told, dialect=self.dialect)
        members = self._transport.request(call).members
        if required(members, "out_trade_no") != number:
            raise malformed("the answer speaks of another order")
        if order.product is Product.NATIVE:
            code = required(members, "qr_code")
            return Prepared(out_trade_no=number, code_url=code, dialect=self.dialect)
        return Prepared(out_trade_no=number, trade_no=required(members, "trade_no"), dialect=self.dialect)

    def query(self, out_trade_no: str) -> Transaction:
        """Ask by the merchant's own number.

        What no payer has opened is no trade so far, and reads as not paid: Alipay says the same of a number
        that was never ordered (facts alipay 2.5).

        Raises:
            TargetFailure: the signed answer speaks of another order.
        """
        try:
            found = self._ask({"out_trade_no": out_trade_no}, out_trade_no)
        except PlatformRefusal as error:
            if error.code != NOT_OPENED:
                raise
            return Transaction(
                out_trade_no=out_trade_no, trade_state=TradeState.NOTPAY, appid=self._settings.app_id
            )
        if found.out_trade_no != out_trade_no:
            raise replayed("the answer speaks of another order", where="query")
        return found

    def query_by_transaction_id(self, transaction_id: str) -> Transaction:
        """Ask by Alipay's number, which exists once a payer has opened the order.

        Raises:
            TargetFailure: the signed answer speaks of another trade.
        """
        found = self._ask({"trade_no": transaction_id}, None)
        if found.transaction_id != transaction_id:
            raise TargetFailure("the answer speaks of another trade", where="query")
        return found

    def close(self, out_trade_no: str) -> None:
        """Close an unpaid order; closing twice is fine.

        Raises:
            PlatformRefusal: `ORDER_NOT_EXIST`: no payer has opened it, and its code or link can be paid until
                its `time_expire`. `ORDERPAID`: it is paid.
        """
        try:
            self._transport.request(
                Call(
                    operation="close",
                    method="alipay.trade.close",
                    content={"out_trade_no": out_trade_no},
                    out_trade_no=out_trade_no,
                )
            )
        except PlatformRefusal as error:
            if error.code != "TRADE_STATUS_ERROR":
                raise
            found = self.query(out_trade_no)
            if found.state is TradeState.CLOSED:
                return
            if found.money_taken:
                raise PlatformRefusal(400, "ORDERPAID", error.message, where="close") from error
            raise

    def refund(self, order: RefundOrder) -> Refund:
        """Give money of a paid order back. `PROCESSING`: taken on, and a question says what became of it.

        After an unclear ending the same order again is the same refund, never a second one.

        Raises:
            TargetFailure: the signed answer speaks of another order, or of less money.
        """
        call = Call(
            operation="refund",
            method="alipay.trade.refund",
            content=refund_content(order),
            out_trade_no=order.out_trade_no,
        )
        return refund_answer(order, self._transport.request(call).members)

    def query_refund(self, out_refund_no: str, out_trade_no: str = "") -> Refund:
        """What Alipay says of a refund now.

        Raises:
            PlatformRefusal: `RESOURCE_NOT_EXISTS`: it knows of none so far; the same may be sent again.
            TargetFailure: the signed answer speaks of another refund.
            UsageError: the order's number is missing.
        """
        if not out_trade_no:
            raise UsageError(
                "Alipay knows a refund by its order's number, too",
                where="out_trade_no",
                remedy="pass out_trade_no",
            )
        call = Call(
            operation="refund-query",
            method="alipay.trade.fastpay.refund.query",
            content={
                "out_trade_no": out_trade_no,
                "out_request_no": out_refund_no,
                "query_options": ["gmt_refund_pay"],
            },
            out_trade_no=out_trade_no,
        )
        found = refund_found(out_refund_no, out_trade_no, self._transport.request(call).members)
        if found is None:
            raise PlatformRefusal(
                404, "RESOURCE_NOT_EXISTS", "Alipay knows of no such refund so far", where="refund-query"
            )
        return found

    def trade_bill(self, day: date) -> TradeBill:
        """Every payment and refund of one Beijing day, from nine o'clock of the next (facts alipay 8).

        A day without any has an empty bill. `BILL_NOT_EXIST` says to ask later.

        Raises:
            TargetFailure: the address leads elsewhere, or the file contradicts itself.
        """
        call = Call(
            operation="bill",
            method="alipay.data.dataservice.bill.downloadurl.query",
            content={"bill_type": "trade", "bill_date": day.isoformat()},
        )
        address = required(self._transport.request(call).members, "bill_download_url")
        archive = fetch_bill(
            address,
            self._settings.gateway_url,
            listeners=self._listeners,
            timeout_s=self._timeout_s,
            guard=self._guard,
        )
        return self.opens_bill(archive, day)

    def probe(self) -> EndpointStatus:
        """Ask about an order that nobody made, and read the platform's clock from the answer."""
        call = Call(operation="probe", method=_QUERY, content={"out_trade_no": _NOBODYS})
        sent = time.time()
        try:
            answer = self._transport.exchange(call)
        except (EnvironmentUnreachable, UnknownOutcome) as error:
            return EndpointStatus(reachable=False, clock_skew_s=0.0, detail=str(error))
        said = f"HTTP {answer.received.status}"
        if answer.node is not None:
            said += f", {answer.node.text('code')} {answer.node.text('sub_code')}".rstrip()
        if answer.doubt is not None:
            said += f", not believed: {answer.doubt.what}"
        return EndpointStatus(
            reachable=True,
            clock_skew_s=skew_s(answer.received.headers, sent, time.time()),
            detail=said,
            # Whoever refuses our signature signs that refusal, and is of no use all the same.
            trusted=answer.doubt is None
            and answer.node is not None
            and bool(answer.node.sign)
            and answer.node.text("sub_code") in ("", "ACQ.TRADE_NOT_EXIST"),
        )

    def _ask(self, content: dict[str, object], out_trade_no: str | None) -> Transaction:
        call = Call(operation="query", method=_QUERY, content=content, out_trade_no=out_trade_no)
        return transaction(self._transport.request(call).members, app_id=self._settings.app_id)
