"""Deliberate faults in giving money back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from secrets import token_hex

from harness.core.money import Fen
from harness.core.payment import Refund, RefundStatus
from harness.gateways.apiv3.mapping import refund
from harness.shop.order_record import OrderRecord
from harness.shop.refunds.record import RefundRecord


def no_rules(order: OrderRecord, before: list[RefundRecord], amount: Fen, now: datetime) -> None:
    """Whatever is asked for is passed on."""
    del order, before, amount, now


def another_number(record: RefundRecord) -> str:
    """A new one whenever the platform is asked."""
    return f"{record.out_refund_no}-{token_hex(4)}"


def accepted_is_refunded(told: Refund) -> Refund:
    """The answer that accepts it is taken for its end."""
    return replace(told, status=RefundStatus.SUCCESS)


def by_the_answers_name(members: Mapping[str, object]) -> Refund:
    """The status is looked for where answers have it."""
    return refund(members)


def whole(record: RefundRecord) -> Fen:
    """As if no coupon had paid a part of it."""
    return record.refund
