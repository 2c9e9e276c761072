"""Compares what the platform says of an order with our own record of it (facts 5.6)."""

from __future__ import annotations

from harness.core.control import Text
from harness.core.payment import Transaction
from harness.settings.model import AlipaySettings, WeChatSettings
from harness.shop.order_record import OrderRecord


def difference(settings: WeChatSettings, record: OrderRecord, transaction: Transaction) -> Text | None:
    """The first way in which the platform's word and our record disagree."""
    if transaction.mchid != settings.mchid:
        return Text(zh="商户号不符，未入账。", en="The merchant account differs: not credited.")
    if transaction.appid != settings.appid:
        return Text(zh="应用号不符，未入账。", en="The appid differs: not credited.")
    # `total`, not `payer_total`: a coupon lowers what the payer gives, not what the order costs.
    if transaction.total != record.amount:
        return Text(zh="金额不符，未入账。", en="The amount differs: not credited.")
    if transaction.currency != "CNY":
        return Text(zh="币种不符，未入账。", en="The currency differs: not credited.")
    if not transaction.transaction_id:
        return Text(zh="缺少微信支付订单号，未入账。", en="The transaction has no number: not credited.")
    return None


def alipay_difference(settings: AlipaySettings, record: OrderRecord, transaction: Transaction) -> Text | None:
    """The same of an Alipay order. Only a notify names the seller: answers are to our own application."""
    if transaction.mchid not in ("", settings.seller_id):
        return Text(zh="收款账号不符，未入账。", en="The seller differs: not credited.")
    if transaction.appid != settings.app_id:
        return Text(zh="应用号不符，未入账。", en="The appid differs: not credited.")
    if transaction.total != record.amount:
        return Text(zh="金额不符，未入账。", en="The amount differs: not credited.")
    if not transaction.transaction_id:
        return Text(zh="缺少支付宝交易号，未入账。", en="The trade has no number: not credited.")
    return None
