"""What each of Alipay's tools answers as structure; the official server says the same in a sentence.

Amounts are texts in yuan, as everywhere at Alipay.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Omittable = Annotated[str, Field(default="")]
"""A text member that an answer leaves out when there is nothing to say."""
Yuan = Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]{2}$", description="元 / yuan")]
OmittableYuan = Annotated[str, Field(default="", pattern=r"^[0-9]+\.[0-9]{2}$", description="元 / yuan")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Prepared(_Closed):
    """What starts a payment in a browser."""

    outTradeNo: str  # noqa: N815 - the official server's names
    paymentUrl: str  # noqa: N815


class Trade(_Closed):
    """A trade as it stands (facts alipay 2.5)."""

    outTradeNo: str  # noqa: N815
    tradeNo: str  # noqa: N815
    tradeStatus: str  # noqa: N815
    totalAmount: Yuan  # noqa: N815
    buyerPayAmount: OmittableYuan  # noqa: N815
    receiptAmount: OmittableYuan  # noqa: N815
    sendPayDate: Omittable  # noqa: N815
    buyerUserId: Omittable  # noqa: N815
    buyerOpenId: Omittable  # noqa: N815
    buyerLogonId: Omittable  # noqa: N815


class Refund(_Closed):
    """A refund as it was answered (facts alipay 2.8); `refundFee` is all of the order's until now."""

    outTradeNo: str  # noqa: N815
    outRequestNo: str  # noqa: N815
    tradeNo: str  # noqa: N815
    fundChange: Literal["Y", "N"]  # noqa: N815
    refundFee: Yuan  # noqa: N815
    gmtRefundPay: Omittable  # noqa: N815


class FoundRefund(_Closed):
    """A refund that was looked up (facts alipay 2.9); of an unknown one nothing is told."""

    outTradeNo: Omittable  # noqa: N815
    outRequestNo: Omittable  # noqa: N815
    tradeNo: Omittable  # noqa: N815
    totalAmount: OmittableYuan  # noqa: N815
    refundAmount: OmittableYuan  # noqa: N815
    refundStatus: Omittable  # noqa: N815
    gmtRefundPay: Omittable  # noqa: N815
