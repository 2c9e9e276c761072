"""Refunds on the v3 wire: create, query, and another way for an abnormal one (facts 3.6, 3.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.simulator.platform.refund import PlatformRefund, RefundRequest
from harness.simulator.wire.apiv3.call import Call, Reply
from harness.simulator.wire.apiv3.query import refuse_unknown
from harness.simulator.wire.apiv3.sealed_fields import looks_sealed, open_sealed
from harness.simulator.wire.kit.errors import Refusal, parameter
from harness.simulator.wire.kit.parameter_errors import (
    MISSING_PLATFORM_SERIAL,
    NO_ORDER_NUMBER,
    SOURCES_MISMATCH,
    TWO_ORDER_NUMBERS,
    Words,
)
from harness.simulator.wire.kit.refund import Refund, refund_told
from harness.simulator.wire.kit.refund_fields import (
    BANK_ACCOUNT,
    BANK_TYPE,
    REAL_NAME,
    REFUND_ID,
    REFUND_NUMBER,
    TO_CARD,
    abnormal_body,
    refund_body,
)
from harness.simulator.wire.kit.schema import BODY, Object, decode, read_members
from harness.simulator.wire.kit.wire import WireContext


class Refunds:
    """The refund operations; every method answers one authenticated call, or raises."""

    def __init__(self, context: WireContext) -> None:
        self._dialect = context.dialect
        self._older_promotions = context.practices.refund_promotions_older
        self.body = refund_body()
        self.abnormal_body = abnormal_body()

    async def create(self, call: Call) -> Reply[Refund]:
        """POST /v3/refund/domestic/refunds"""
        given = _read(call, self.body)
        if not given.get("transaction_id") and not given.get("out_trade_no"):
            raise parameter(NO_ORDER_NUMBER)
        if given.get("transaction_id") and given.get("out_trade_no"):
            raise parameter(TWO_ORDER_NUMBERS)
        amount = given["amount"]
        sources = amount.get("from", [])
        _check_sources(sources, amount["refund"])
        request = RefundRequest(
            mchid=call.merchant.account.mchid,
            out_refund_no=given["out_refund_no"],
            refund=amount["refund"],
            total=amount["total"],
            out_trade_no=given.get("out_trade_no") or None,
            transaction_id=given.get("transaction_id") or None,
            reason=given.get("reason", ""),
            notify_url=given.get("notify_url", ""),
            funds_account=given.get("funds_account") or "AVAILABLE",
            sources=sources,
            goods_detail=given.get("goods_detail", ()),
            dialect=self._dialect,
            ends=call.refund_ends,
        )
        return self._told(call.merchant.account.refunds.create(request))

    async def query(self, call: Call) -> Reply[Refund]:
        """GET /v3/refund/domestic/refunds/{out_refund_no}"""
        number = call.path["out_refund_no"]
        REFUND_NUMBER.read(number, "/uri_template/out_refund_no")
        refuse_unknown(call)
        return self._told(call.merchant.account.refunds.query(number))

    async def redirect(self, call: Call) -> Reply[Refund]:
        """POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund"""
        given = _read(call, self.abnormal_body)
        refund_id = call.path["refund_id"]
        REFUND_ID.read(refund_id, "/uri_template/refund_id")
        to_card = given["type"] == TO_CARD
        refunds = call.merchant.account.refunds
        if to_card:
            _require_card(given)
            refunds.card_told(refund_id, _state_of_card(call, given))
            _open_card(call, given)
        return self._told(refunds.redirect(refund_id, given["out_refund_no"], to_merchant=not to_card))

    def order_in_body(self, call: Call) -> str | None:
        """Which order a refund is about, before anything is checked; None when that cannot be told."""
        try:
            body = decode(call.body)
        except Refusal:
            return None
        number, transaction = body.get("out_trade_no"), body.get("transaction_id")
        if isinstance(number, str) and number:
            return number
        known = isinstance(transaction, str)
        return call.merchant.account.number_of_transaction(str(transaction)) if known else None

    @staticmethod
    def order_of_number(call: Call) -> str | None:
        """Which order a query of a refund is about."""
        return call.merchant.account.refunds.order_of_number(call.path["out_refund_no"])

    @staticmethod
    def order_of_id(call: Call) -> str | None:
        """Which order an abnormal refund is about."""
        return call.merchant.account.refunds.order_of(call.path["refund_id"])

    def _told(self, refund: PlatformRefund) -> Reply[Refund]:
        return Reply(200, refund_told(refund, older_promotions=self._older_promotions))


def _read(call: Call, shape: Object) -> dict[str, Any]:
    body = decode(call.body)
    given = read_members(shape, body)
    refuse_unknown(call, body=shape.unknown(body, BODY))
    return given


def _check_sources(sources: Sequence[dict[str, Any]], refund: int) -> None:
    accounts = [each["account"] for each in sources]
    if sources and (len(set(accounts)) < len(accounts) or sum(each["amount"] for each in sources) != refund):
        raise parameter(SOURCES_MISMATCH)


def _require_card(given: dict[str, Any]) -> None:
    for name, label in (("bank_type", BANK_TYPE), ("bank_account", BANK_ACCOUNT), ("real_name", REAL_NAME)):
        if not given.get(name):
            raise Words.MISSING.at(f"{BODY}/{name}", label, "")


def _open_card(call: Call, given: dict[str, Any]) -> None:
    """Number and name have to be sealed to the platform's key that the request names."""
    if not call.platform_serial:
        raise parameter(MISSING_PLATFORM_SERIAL)
    for name in ("bank_account", "real_name"):
        open_sealed(call.merchant.identity, given[name], call.platform_serial)


def _state_of_card(call: Call, given: dict[str, Any]) -> str:
    """What can be told of it: whoever sends one in plain text is found by that, whatever else is wrong."""
    if not (looks_sealed(given["bank_account"]) and looks_sealed(given["real_name"])):
        return "plain"
    if not call.platform_serial:
        return "unnamed"
    try:
        _open_card(call, given)
    except Refusal:
        return "unopened"
    return "sealed"
