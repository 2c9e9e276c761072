"""Wrong ways to read Alipay's notify; deliberate defects take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.core.control import Text
from harness.core.errors import SignatureInvalid
from harness.core.payment import Transaction
from harness.settings.model import AlipaySettings
from harness.shop.alipay_form import check_account, read_form, verify_notify
from harness.shop.comparison import alipay_difference
from harness.shop.order_record import OrderRecord
from harness.signing.alipay import RSA2, SIGN, SIGN_TYPE, NotifyVerifier

Members = Mapping[str, str]


def whatever_is_signed(verifier: NotifyVerifier, members: Members) -> None:
    """Looks whether there is a signature of the right kind, as if that were a verification."""
    del verifier
    if not members.get(SIGN, "").strip() or members.get(SIGN_TYPE) != RSA2:
        raise SignatureInvalid("the notify is not signed with RSA2")


def only_when_signed(verifier: NotifyVerifier, members: Members) -> None:
    """`if (params.sign) verify(params)`: leave it away and be believed."""
    if members.get(SIGN):
        verify_notify(verifier, members)


def own_public_key(settings: AlipaySettings) -> RSAPublicKey:
    """应用公钥 where 支付宝公钥 belongs: nothing that Alipay signs holds, and all that we sign does."""
    return settings.private_key.public_key()


def whatever_application(settings: AlipaySettings, members: Members) -> None:
    """Compares the account alone."""
    check_account(settings, {**members, "app_id": settings.app_id})


def whatever_seller(settings: AlipaySettings, members: Members) -> None:
    """Compares the application alone, whoever has the money."""
    check_account(settings, {**members, "seller_id": settings.seller_id})


def whatever_amount(settings: AlipaySettings, record: OrderRecord, transaction: Transaction) -> Text | None:
    """The signature is genuine, so the amount must be right."""
    return alipay_difference(settings, record, replace(transaction, total=record.amount))


def whatever_account(settings: AlipaySettings, record: OrderRecord, transaction: Transaction) -> Text | None:
    """An envelope names no account, so the one that is told must be ours."""
    ours = replace(transaction, mchid=settings.seller_id, appid=settings.app_id)
    return alipay_difference(settings, record, ours)


def whatever_state(members: Members) -> bool:
    """A notify came, so the order is paid: its state is not looked at."""
    del members
    return True


def no_refund(members: Members) -> bool:
    """TRADE_SUCCESS means paid, so nobody looks for the members of a refund."""
    del members
    return False


def decoded_twice(body: bytes) -> dict[str, str]:
    """A framework has decoded the form, and the handler decodes its values once more."""
    return {name: unquote(value) for name, value in read_form(body).items()}


def plus_is_blank(body: bytes) -> dict[str, str]:
    """Decodes the body and then splits it: a `+` of the signature has become a blank."""
    return {name: value.replace("+", " ") for name, value in read_form(body).items()}


def known_members_only(body: bytes) -> dict[str, str]:
    """Reads the form into a class that has the members of today, and verifies what is in there."""
    return {name: value for name, value in read_form(body).items() if name in _OF_TODAY}


_OF_TODAY = {
    *("notify_time", "notify_type", "notify_id", "charset", "version", "sign_type", "sign", "app_id"),
    *("auth_app_id", "trade_no", "out_trade_no", "trade_status", "total_amount", "receipt_amount"),
    *("invoice_amount", "buyer_pay_amount", "point_amount", "fund_bill_list", "refund_fee", "gmt_create"),
    *("gmt_payment", "gmt_refund", "gmt_close", "out_biz_no", "subject", "body", "passback_params"),
    *("buyer_id", "buyer_open_id", "buyer_logon_id", "seller_id", "seller_email"),
}
