"""Wrong ways to read what a believed callback says, and to compare it; deliberate defects take them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from harness.core.control import Text
from harness.core.payment import TradeState, Transaction
from harness.settings.model import WeChatSettings
from harness.shop.comparison import difference
from harness.shop.order_record import OrderRecord

_TAG_BYTES = 16


def without_tag(apiv3_key: str, resource: Mapping[str, object]) -> bytes:
    """Decrypts by the counter alone: the tag that proves the seal is cut off and thrown away."""
    sealed = base64.b64decode(str(resource.get("ciphertext")))[:-_TAG_BYTES]
    counter = str(resource.get("nonce")).encode()[:12] + (2).to_bytes(4, "big")
    return Cipher(AES(apiv3_key.encode()), CTR(counter)).decryptor().update(sealed)


def always_success(notice: Mapping[str, object], told: Transaction) -> Transaction:
    """A callback came, so the order is paid: its state is not looked at."""
    del notice
    return replace(told, trade_state=TradeState.SUCCESS.value)


def number_beside_seal(notice: Mapping[str, object], told: Transaction) -> Transaction:
    """Takes the order's number from where it is easiest to read, and the amount with it."""
    extra = notice.get("extraData")
    beside = extra.get("outTradeNo") if isinstance(extra, Mapping) else None
    number = notice.get("out_trade_no") or beside
    return replace(told, out_trade_no=number) if isinstance(number, str) else told


def whatever_amount(settings: WeChatSettings, record: OrderRecord, transaction: Transaction) -> Text | None:
    """The signature is genuine, so the amount must be right."""
    return difference(settings, record, replace(transaction, total=record.amount))


def payer_total(settings: WeChatSettings, record: OrderRecord, transaction: Transaction) -> Text | None:
    """Compares with what the payer gave, as if nobody had coupons."""
    given = transaction.total if transaction.payer_total is None else transaction.payer_total
    return difference(settings, record, replace(transaction, total=given))
