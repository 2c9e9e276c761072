"""What requests and answers of this dialect hold: the envelope around an operation's members (facts 2, 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.signing.envelope import SIGNATURE, VERSION
from harness.simulator.wire.envelope.answer import (
    SUCCESS,
    EnvelopeFrame,
    EnvelopeRefused,
    EnvelopeSaid,
)
from harness.simulator.wire.envelope.call import REQUEST_ID
from harness.simulator.wire.envelope.service import Operation
from harness.simulator.wire.kit.answered import Named, members_of, said_by
from harness.simulator.wire.kit.described import JSON, Described, Parameter
from harness.simulator.wire.kit.json_schema import Schema, expression, json_schema

SUMMARIES: Mapping[str, str] = {
    "health": "健康检查 / whether it is up",
    "create": "下单 / place an order",
    "query": "查询订单 / look an order up",
    "refund": "申请退款 / give an order back, whole or in part",
    "refund-query": "查询退款 / look a refund up",
}
"""What each operation does, whoever's it is."""
_ENVELOPE: Mapping[str, Schema] = {
    "version": {"const": VERSION},
    "requestId": {
        "description": "请求编号：同一编号同样内容即同一请求",
        "type": "string",
        "pattern": expression(REQUEST_ID),
    },
    "timestamp": {"description": "毫秒时间戳", "type": "integer"},
    "merchantId": {"description": "商户号；为空时取 X-Merchant-Id", "type": "string"},
    SIGNATURE: {
        "description": "RSA2：顶层非空成员按名排序，以 & 相连",
        "type": "string",
        "contentEncoding": "base64",
    },
}
_WANTED = ["version", "requestId", "timestamp", SIGNATURE]
_REFUSAL = Named("EnvelopeRefusal", members_of(EnvelopeRefused, EnvelopeFrame))
_MERCHANT = Parameter("X-Merchant-Id", "header", {"type": "string"})


def described(prefix: str, success: str, operations: Mapping[str, Operation]) -> Iterator[Described]:
    """Every operation of an endpoint, and the probe.

    Args:
        prefix: everything below it is the endpoint's.
        success: what `code` says when it went well.
        operations: by path.
    """
    yield Described(method="HEAD", path=f"{prefix}health", summary="探活 / whether anybody answers")
    for path, operation in operations.items():
        told = {} if operation.takes is None else json_schema(operation.takes)
        schema: Schema = {
            "type": "object",
            "properties": {**_ENVELOPE, **told.get("properties", {})},
            "required": [*_WANTED, *told.get("required", [])],
        }
        yield Described(
            method="POST",
            path=path,
            summary=operation.summary,
            parameters=(_MERCHANT,),
            body={JSON: schema},
            answers={JSON: _answer(path.removeprefix(prefix), success, operation)},
            refusals={JSON: _REFUSAL},
        )


def _answer(path: str, success: str, operation: Operation) -> Named:
    """The operation's own members within the envelope."""
    schema = members_of(EnvelopeSaid, EnvelopeFrame)
    schema["properties"] |= {
        "code": {"const": success},
        "message": {"const": SUCCESS},
        "data": said_by(operation.perform),
    }
    name = "".join(part.capitalize() for part in path.split("/"))
    return Named(f"{name}Answer", {**schema, "required": [*schema["required"], "data"]})
