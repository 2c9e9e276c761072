"""What a request of this dialect may hold: the envelope around an operation's members (envelope facts 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.signing.envelope import SIGNATURE, VERSION
from harness.simulator.wire.envelope.call import REQUEST_ID
from harness.simulator.wire.envelope.service import Operation
from harness.simulator.wire.kit.described import Described, Parameter
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
        "title": "请求编号：同一编号同样内容即同一请求",
        "type": "string",
        "pattern": expression(REQUEST_ID),
    },
    "timestamp": {"title": "毫秒时间戳", "type": "integer"},
    "merchantId": {"title": "商户号；为空时取 X-Merchant-Id", "type": "string"},
    SIGNATURE: {
        "title": "RSA2：顶层非空成员按名排序，以 & 相连",
        "type": "string",
        "contentEncoding": "base64",
    },
}
_WANTED = ["version", "requestId", "timestamp", SIGNATURE]
_MERCHANT = Parameter("X-Merchant-Id", "header", {"type": "string"})


def described(prefix: str, operations: Mapping[str, Operation]) -> Iterator[Described]:
    """Every operation of an endpoint, and the probe.

    Args:
        prefix: everything below it is the endpoint's.
        operations: by path.
    """
    yield Described(
        method="HEAD", path=f"{prefix}health", summary="探活 / whether anybody answers", refusal=None
    )
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
            body={"application/json": schema},
        )
