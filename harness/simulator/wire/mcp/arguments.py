"""What each tool takes: closed, strict models; their JSON Schemas are what `tools/list` shows.

The rules are the platform's own (facts 3.2) under its own names, so that an order means the same whichever
dialect brings it. As at the official servers, an order's number and notify address may be left out. An
optional member that is null counts as absent; the schemas do not say so, since strict language models refuse
a union with null, and `format: uri`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from harness.simulator.platform import notify_url as notify_urls
from harness.simulator.practices import SINGLE_LIMIT
from harness.simulator.wire.kit.errors import Refusal
from harness.simulator.wire.kit.order_fields import OPENID, OUT_TRADE_NO, is_client_ip
from harness.simulator.wire.kit.schema import BEYOND_BMP, moment

LARGEST_AMOUNT = 100_000_000
"""Fen. A million yuan: what a client of the signed-REST dialect may ask for at most (facts E§2)."""
LONGEST_DESCRIPTION, LONGEST_ATTACH, LONGEST_REASON = 127, 128, 80
"""Bytes of UTF-8."""


def _of_basic_plane(text: str) -> str:
    if not text.isascii() and BEYOND_BMP.search(text):
        raise ValueError("only characters of one to three UTF-8 bytes are allowed")
    return text


def _plain_text(most_bytes: int) -> AfterValidator:
    """Text as the platform stores it, which counts bytes where a JSON Schema counts characters."""

    def check(text: str) -> str:
        if len(_of_basic_plane(text).encode()) > most_bytes:
            raise ValueError(f"at most {most_bytes} bytes of UTF-8 are allowed")
        return text

    return AfterValidator(check)


def _reason(text: str | None) -> str | None:
    if text is not None and len(_of_basic_plane(text).encode()) > LONGEST_REASON:
        raise ValueError(f"at most {LONGEST_REASON} bytes of UTF-8 are allowed")
    return text


def _notify_url(text: str) -> str:
    if problem := notify_urls.why_not(text):
        raise ValueError(problem)
    return text


def _moment(text: str) -> str:
    _read_moment(text)
    return text


def _read_moment(text: str) -> datetime:
    try:
        read = moment(text, "/time_expire", "交易结束时间")
    except Refusal:
        raise ValueError("no moment in RFC 3339, e.g. 2026-11-23T12:00:00+08:00") from None
    if not isinstance(read, datetime):
        raise TypeError("a moment is a datetime")
    return read


def _client_ip(text: str) -> str:
    if not is_client_ip(text):
        raise ValueError("no IPv4 or IPv6 address")
    return text


OutTradeNo = Annotated[
    str,
    Field(
        pattern=f"^{OUT_TRADE_NO.pattern}$",
        description="商户订单号，同一商户号下唯一 / the merchant's order number, unique per merchant",
    ),
]

OutRefundNo = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Za-z_\-|*@]{1,64}$",
        description="商户退款单号，同一单号只退一次 / the merchant's refund number: one number, one refund",
    ),
]

Moment = Annotated[
    str, Field(max_length=64, json_schema_extra={"format": "date-time"}), AfterValidator(_moment)
]
Attachment = Annotated[str, Field(max_length=LONGEST_ATTACH), _plain_text(LONGEST_ATTACH)]
NotifyUrl = Annotated[
    str, Field(min_length=1, max_length=255), AfterValidator(_of_basic_plane), AfterValidator(_notify_url)
]


class Arguments(BaseModel):
    """Base of every tool's arguments: nothing is coerced, nothing unknown is let by."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class NoArguments(Arguments):
    """A tool that takes nothing."""


class QueryOrder(Arguments):
    """Which order to look up."""

    out_trade_no: OutTradeNo


class CloseOrder(Arguments):
    """Which order to close."""

    out_trade_no: OutTradeNo


class RefundOrder(Arguments):
    """What to give back, and under which number. It may not be left out: a new one is a new refund."""

    out_trade_no: OutTradeNo
    out_refund_no: OutRefundNo
    amount: Annotated[
        int,
        Field(
            ge=1,
            le=SINGLE_LIMIT,
            description="退款金额，单位为分的整数，1 至 10000（单笔至多 100 元）"
            " / integer amount in fen, 1 to 10000 (at most ¥100 each)",
        ),
    ]
    reason: Annotated[
        str | None,
        Field(
            max_length=LONGEST_REASON,
            description="退款原因，UTF-8 编码后至多 80 字节 / shown to the payer, at most 80 bytes of UTF-8",
        ),
        AfterValidator(_reason),
    ] = None


class QueryRefund(Arguments):
    """Which refund to look up."""

    out_refund_no: OutRefundNo


class CreatePayment(Arguments):
    """What the orders of all products share."""

    out_trade_no: Annotated[
        OutTradeNo | None,
        Field(
            description="商户订单号，不填则由服务端生成 / the merchant's order number; left out, one is made"
        ),
    ] = None
    amount: Annotated[
        int,
        Field(
            ge=1,
            le=LARGEST_AMOUNT,
            description="订单金额，单位为分的整数，1 至 100000000 / integer amount in fen, 1 to 100000000",
        ),
    ]
    description: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_DESCRIPTION,
            description="商品描述，UTF-8 编码后至多 127 字节 / what is sold, at most 127 bytes of UTF-8",
        ),
        _plain_text(LONGEST_DESCRIPTION),
    ]
    notify_url: Annotated[
        NotifyUrl | None,
        Field(
            description="支付结果通知地址，https，不带参数；不填则不通知"
            " / where the payment is announced; https, no query; left out, nobody is told"
        ),
    ] = None
    time_expire: Annotated[
        Moment | None, Field(description="交易结束时间，RFC 3339 / when the order ends")
    ] = None
    attach: Annotated[Attachment | None, Field(description="商户数据包，原样返回 / handed back as it is")] = (
        None
    )

    @property
    def expires(self) -> datetime | None:
        """`time_expire` as a moment in UTC."""
        return None if self.time_expire is None else _read_moment(self.time_expire)


class CreateNative(CreatePayment):
    """A QR code that the payer scans."""


class CreateH5(CreatePayment):
    """A page that a mobile browser opens."""

    payer_client_ip: Annotated[
        str,
        Field(min_length=2, max_length=45, description="用户终端 IP / the payer's own address"),
        AfterValidator(_client_ip),
    ]
    h5_type: Annotated[
        Literal["Wap", "iOS", "Android"] | None, Field(description="场景类型，默认 Wap / Wap by default")
    ] = "Wap"


class CreateJsapi(CreatePayment):
    """A payment within WeChat, on a page or in a mini-program."""

    openid: Annotated[
        str,
        Field(pattern=f"^{OPENID.pattern}$", description="用户标识 / the payer's id under this appid"),
    ]


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The model as a JSON Schema of dialect 2020-12, without what the generator adds for forms.

    The dialect is the protocol's own, so `$schema` is left out: clients that hand a schema on as it is would
    have it refused by Gemini as an unknown name.
    """
    schema: dict[str, Any] = _bare(model.model_json_schema())
    schema.pop("description", None)
    return schema


def loosened(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema as a careless author would publish it."""
    loose: dict[str, Any] = {**schema, "additionalProperties": True}
    members: dict[str, Any] = {**schema["properties"]}
    for name, member in members.items():
        members[name] = {
            "type": "number" if name == "amount" else "string",
            "title": member.get("title", name),
        }
    loose["properties"] = members
    return loose


def _bare(node: Any) -> Any:
    if isinstance(node, dict):
        bare = {key: _bare(value) for key, value in node.items() if not _is_decoration(key, value)}
        union = [each for each in bare.pop("anyOf", []) if each != {"type": "null"}]
        return {**union[0], **bare} if len(union) == 1 else bare | ({"anyOf": union} if union else {})
    return [_bare(item) for item in node] if isinstance(node, list) else node


def _is_decoration(key: str, value: object) -> bool:
    """A title nobody wrote, or a default: strict language models refuse one, and `required` says as much."""
    return (key == "title" and isinstance(value, str)) or key == "default"
