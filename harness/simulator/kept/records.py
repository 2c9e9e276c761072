"""Orders and notifications as they stand in the file: JSON, by the types of the platform's own members."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticSerializationError

from harness.callbacks.forms import form_of
from harness.core.dialects import dialect as row_of
from harness.core.payment import TradeState
from harness.levers.models import Delivery
from harness.simulator.notifier.notification import Notification
from harness.simulator.platform.audit import Trail
from harness.simulator.platform.orders import Handle, Intent, OrderRequest, PlatformOrder
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.platform.terms import Terms

Record = TypeVar("Record")


@dataclass(slots=True, kw_only=True)
class OrderRecord:
    """An order with its refunds. Its events are rows of their own, since they only grow."""

    request: OrderRequest
    created: datetime
    closes_at: datetime | None
    payable_until: datetime
    handle: Handle
    state: TradeState
    payer: str | None
    transaction_id: str | None
    newest_intent: str | None
    """Its token."""
    opened: str | None
    """Its token."""
    born: datetime | None
    closed: datetime | None
    success_time: datetime | None
    coupon: int
    comes_back: datetime | None
    answers: dict[str, Handle]
    refunds: list[PlatformRefund]
    untold: list[str]
    """Numbers of its refunds whose end nobody has been told yet."""
    deliveries: tuple[Delivery, ...]


@dataclass(slots=True, kw_only=True)
class IntentRecord:
    """What Alipay was asked for; which order that is of, the row says."""

    request: OrderRequest
    terms: Terms
    asked: datetime
    handle: Handle


@dataclass(slots=True, kw_only=True)
class NotificationRecord:
    """A callback on its way up the ladder; its body, of any character set, is a column of its own."""

    mchid: str
    out_trade_no: str
    out_refund_no: str
    notify_url: str
    dialect: str
    resource: dict[str, Any]
    event_type: str
    due: datetime
    rung: int
    made: int
    delayed: bool
    held: bool
    moved_by: str = ""
    """Files of before do not say."""


_ORDERS = TypeAdapter(OrderRecord)
_INTENTS = TypeAdapter(IntentRecord)
_NOTIFICATIONS = TypeAdapter(NotificationRecord)


def order_text(order: PlatformOrder, untold: list[str]) -> bytes:
    """An order as its row has it."""
    return _text(
        _ORDERS,
        _unchecked(
            OrderRecord,
            request=order.request,
            created=order.created,
            closes_at=order.closes_at,
            payable_until=order.payable_until,
            handle=order.handle,
            state=order.state,
            payer=order.payer,
            transaction_id=order.transaction_id,
            newest_intent=order.newest_intent and order.newest_intent.token,
            opened=order.opened and order.opened.token,
            born=order.born,
            closed=order.closed,
            success_time=order.success_time,
            coupon=order.coupon,
            comes_back=order.comes_back,
            answers=order.answers,
            refunds=order.refunds,
            untold=untold,
            deliveries=order.trail.deliveries,
        ),
    )


def order_of(text: bytes) -> tuple[PlatformOrder, OrderRecord]:
    """The order of a row, which knows of no intent and no event yet."""
    record = _read(_ORDERS, text)
    order = PlatformOrder(
        request=_with_moments(record.request),
        created=record.created,
        closes_at=record.closes_at,
        payable_until=record.payable_until,
        handle=record.handle,
        state=record.state,
        payer=record.payer,
        transaction_id=record.transaction_id,
        born=record.born,
        closed=record.closed,
        success_time=record.success_time,
        coupon=record.coupon,
        comes_back=record.comes_back,
        trail=Trail(),
        answers=record.answers,
        refunds=record.refunds,
    )
    return order, record


def intent_text(intent: Intent) -> bytes:
    """An intent as its row has it."""
    return _text(
        _INTENTS,
        _unchecked(
            IntentRecord, request=intent.request, terms=intent.terms, asked=intent.asked, handle=intent.handle
        ),
    )


def intent_of(text: bytes, order: PlatformOrder) -> Intent:
    """The intent of a row."""
    record = _read(_INTENTS, text)
    return Intent(
        request=_with_moments(record.request),
        terms=record.terms,
        asked=record.asked,
        handle=record.handle,
        order=order,
    )


def notification_text(notification: Notification) -> bytes:
    """A notification as its row has it, less its body."""
    return _text(
        _NOTIFICATIONS,
        _unchecked(
            NotificationRecord,
            mchid=notification.mchid,
            out_trade_no=notification.out_trade_no,
            out_refund_no=notification.out_refund_no,
            notify_url=notification.notify_url,
            dialect=notification.dialect,
            resource=notification.resource,
            event_type=notification.event_type,
            due=notification.due,
            rung=notification.rung,
            made=notification.made,
            delayed=notification.delayed,
            moved_by=notification.moved_by,
            held=notification.held,
        ),
    )


def notification_of(text: bytes, body: bytes) -> Notification:
    """The notification of a row."""
    record = _read(_NOTIFICATIONS, text)
    return Notification(
        record.mchid,
        record.out_trade_no,
        record.notify_url,
        form_of(row_of(record.dialect).callbacks),
        body,
        record.dialect,
        record.out_refund_no,
        record.resource,
        record.event_type,
        due=record.due,
        rung=record.rung,
        made=record.made,
        delayed=record.delayed,
        moved_by=record.moved_by,
        held=record.held,
    )


def _text(adapter: TypeAdapter[Any], record: object) -> bytes:
    try:
        return adapter.dump_json(record)
    except PydanticSerializationError:  # half of a surrogate pair, should a wire let one by, is no UTF-8
        return json.dumps(adapter.dump_python(record, mode="json")).encode()


def _read(adapter: TypeAdapter[Record], text: bytes) -> Record:
    try:
        return adapter.validate_json(text)
    except ValidationError:
        return adapter.validate_python(json.loads(text))


def _unchecked(kind: type[Any], **members: object) -> Any:
    """A record of what the platform has checked already: to look at it again costs more than to write it."""
    record = object.__new__(kind)
    for name, value in members.items():
        object.__setattr__(record, name, value)
    return record


def _with_moments(request: OrderRequest) -> OrderRequest:
    """A request whose parameters are equal again to those of the same order asked for anew."""
    parameters: Mapping[str, object] = request.parameters
    moment = parameters.get("time_expire")
    if not isinstance(moment, str):
        return request
    return replace(request, parameters={**parameters, "time_expire": datetime.fromisoformat(moment)})
