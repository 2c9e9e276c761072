"""Deliberate faults in giving money back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from secrets import token_hex

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.core.exchange import Listener
from harness.core.money import Fen
from harness.core.payment import Refund, RefundStatus
from harness.core.trust import public_roots
from harness.gateways.apiv3.gateway import Seal
from harness.gateways.apiv3.gateway import open_gateway as apiv3_gateway
from harness.gateways.apiv3.mapping import refund
from harness.gateways.apiv3.sealed_field import seal
from harness.gateways.guard import Unguarded
from harness.gateways.protocol import RefundGateway
from harness.settings.model import Settings
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


def sealing(seals: Seal) -> Callable[[Settings, Sequence[Listener]], RefundGateway]:
    """Personal values are sent as this makes them."""

    def gateway(settings: Settings, listeners: Sequence[Listener]) -> RefundGateway:
        guard = Unguarded()
        guard.verify = public_roots(environment=True)
        return apiv3_gateway(settings, listeners=listeners, guard=guard, seals=seals)

    return gateway


def as_it_is(key: RSAPublicKey, plain: str) -> str:
    """In plain text."""
    del key
    return plain


def to_another_key(key: RSAPublicKey, plain: str) -> str:
    """Sealed, and not to the platform."""
    another = rsa.generate_private_key(public_exponent=65537, key_size=key.key_size)
    return seal(another.public_key(), plain)
