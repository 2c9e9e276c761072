"""What each tool answers: the output schemas of `tools/list` come from these records.

A refusal is no result: it is an error of the tool with the platform's `code` and `message` (facts 1.6).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Omittable = Annotated[str, Field(default="")]
"""A text member that an answer leaves out when there is nothing to say."""
Fen = Annotated[int, Field(ge=0, description="分 / fen")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Prepared(_Closed):
    out_trade_no: str
    expire_time: Omittable


class PreparedNative(_Prepared):
    """What starts a QR code payment."""

    code_url: str


class PreparedH5(_Prepared):
    """What starts a payment in a mobile browser."""

    h5_url: str


class PreparedJsapi(_Prepared):
    """What starts a payment within WeChat: the bridge's six parameters, signed by the endpoint."""

    prepay_id: str
    appId: str  # noqa: N815 - the bridge's own name
    timeStamp: str  # noqa: N815
    nonceStr: str  # noqa: N815
    package: str
    signType: Literal["RSA"]  # noqa: N815
    paySign: str  # noqa: N815


class Payer(_Closed):
    """Who paid."""

    openid: str


class Amount(_Closed):
    """What was paid."""

    total: Fen
    payer_total: Fen
    currency: Literal["CNY"]
    payer_currency: Literal["CNY"]


class Scene(_Closed):
    """Where it was paid."""

    device_id: str


class Promotion(_Closed):
    """A coupon that was used."""

    coupon_id: str
    name: str
    scope: str
    type: str
    amount: Fen
    stock_id: str
    wechatpay_contribute: Fen
    merchant_contribute: Fen
    other_contribute: Fen
    currency: Literal["CNY"]


class Transaction(_Closed):
    """An order as it stands (facts 3.4); most members appear only after payment."""

    appid: str
    mchid: str
    out_trade_no: str
    trade_state: str
    trade_state_desc: str
    transaction_id: Omittable
    trade_type: Omittable
    bank_type: Omittable
    success_time: Omittable
    attach: Omittable
    payer: Annotated[Payer, Field(default=None)]
    amount: Annotated[Amount, Field(default=None)]
    scene_info: Annotated[Scene, Field(default=None)]
    promotion_detail: Annotated[list[Promotion], Field(default_factory=list)]


class Closed(_Closed):
    """An order that nobody can pay any more."""

    out_trade_no: str
    closed: Literal[True]


class RefundAmount(_Closed):
    """What is given back."""

    total: Fen
    refund: Fen
    payer_refund: Fen
    currency: Literal["CNY"]


class Refund(_Closed):
    """A refund as it stands (facts 3.7)."""

    refund_id: str
    out_refund_no: str
    out_trade_no: str
    status: Literal["PROCESSING", "SUCCESS", "CLOSED", "ABNORMAL"]
    create_time: str
    success_time: Omittable
    amount: RefundAmount


class Service(_Closed):
    """What this endpoint does."""

    enabled: bool
    wechat: bool
    alipay: bool
    experience: bool
    payee: str
