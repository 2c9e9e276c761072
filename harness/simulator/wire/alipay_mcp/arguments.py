"""What each of Alipay's tools takes (facts alipay 5): camelCase, and amounts in yuan as a number.

`notifyUrl`, `returnUrl`, `timeExpire` and `passbackParams` are ours: the official server is started by one
merchant, who gives it both addresses in its environment, and places orders that have no end of their own.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from harness.core.money import Fen
from harness.simulator.practices import SINGLE_LIMIT
from harness.simulator.wire.alipay.fields import LARGEST
from harness.simulator.wire.mcp.arguments import Arguments

_NOT_IN_TITLE = frozenset("/=&")


def _yuan(value: object) -> Fen:
    """Yuan as a JSON number or as text (facts alipay 9.38), with two decimals at most; never rounded."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("an amount in yuan is a number")  # noqa: TRY004 - what pydantic reports
    text = value if isinstance(value, str) else repr(value)
    if text != text.strip():
        raise ValueError("an amount in yuan has no blanks")
    try:
        return Fen.from_yuan(text)
    except ValueError:
        raise ValueError("an amount in yuan is a number with at most two decimals") from None


def _up_to(largest: int) -> BeforeValidator:
    """Yuan from 0.01 to so many fen; a refusal speaks of yuan, as whoever asked did."""

    def fitting(value: object) -> Fen:
        fen = _yuan(value)
        if not 1 <= fen <= largest:
            raise ValueError(f"an amount in yuan, from 0.01 to {largest // 100}")
        return fen

    return BeforeValidator(fitting)


def _title(text: str) -> str:
    if _NOT_IN_TITLE & set(text):
        raise ValueError("a title holds none of / = &")
    return text


OutTradeNo = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Za-z_]{1,64}$",
        description="商户订单号，同一商户下唯一 / the merchant's order number, unique per merchant",
    ),
]
OutRequestNo = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Za-z_\-]{1,64}$",
        description="退款请求号，同一单号只退一次 / the merchant's refund number: one number, one refund",
    ),
]
Address = Annotated[str, Field(pattern=r"^https?://", max_length=256)]


class CreatePayment(Arguments):
    """An order that a payer opens in a browser, on a phone or on a computer."""

    outTradeNo: OutTradeNo  # noqa: N815 - the official server's names
    totalAmount: Annotated[  # noqa: N815
        Fen,
        _up_to(int(LARGEST)),
        WithJsonSchema(
            {
                "type": "number",
                "minimum": 0.01,
                "maximum": int(LARGEST) // 100,
                "description": "订单金额，单位为元，0.01 至 100000000，至多两位小数"
                " / in yuan, 0.01 to 100000000, two decimals at most",
            }
        ),
    ]
    orderTitle: Annotated[  # noqa: N815
        str,
        Field(min_length=1, max_length=256, description="订单标题 / what is sold"),
        AfterValidator(_title),
    ]
    notifyUrl: Annotated[  # noqa: N815
        Address | None,
        Field(
            description="支付结果通知地址；不填则不通知"
            " / where the payment is announced; left out, nobody is told"
        ),
    ] = None
    returnUrl: Annotated[  # noqa: N815
        Address | None, Field(description="支付后返回的页面 / where a payer's browser comes back to")
    ] = None
    timeExpire: Annotated[  # noqa: N815
        str | None,
        Field(
            pattern=r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$",
            description="交易结束时间，北京时间 yyyy-MM-dd HH:mm:ss / when the order ends, in Beijing time",
        ),
    ] = None
    passbackParams: Annotated[  # noqa: N815
        str | None, Field(max_length=512, description="公用回传参数，原样返回 / handed back as it is")
    ] = None


class QueryPayment(Arguments):
    """Which order to look up."""

    outTradeNo: OutTradeNo  # noqa: N815


class RefundPayment(Arguments):
    """What to give back, and under which number. It may not be left out: a new one is a new refund."""

    outTradeNo: OutTradeNo  # noqa: N815
    refundAmount: Annotated[  # noqa: N815
        Fen,
        _up_to(SINGLE_LIMIT),
        WithJsonSchema(
            {
                "type": "number",
                "minimum": 0.01,
                "maximum": SINGLE_LIMIT // 100,
                "description": "退款金额，单位为元，0.01 至 100（单笔上限），至多两位小数"
                " / in yuan, 0.01 to 100 (the most each), two decimals at most",
            }
        ),
    ]
    outRequestNo: OutRequestNo  # noqa: N815
    refundReason: Annotated[  # noqa: N815
        str | None, Field(max_length=256, description="退款原因 / why it is given back")
    ] = None


class QueryRefund(Arguments):
    """Which refund to look up; Alipay numbers refunds within their order."""

    outRequestNo: OutRequestNo  # noqa: N815
    outTradeNo: OutTradeNo  # noqa: N815
