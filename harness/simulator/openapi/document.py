"""The simulated operations of both platforms as an OpenAPI 3.1 document, as the wires themselves tell them.

Nothing of it is written here: each operation, parameter and schema is the wire's own, and those of answers
are made of the types that their makers are held to. What the Model Context Protocol serves tells itself, by
`tools/list`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from harness.core.dialects import all_dialects, made
from harness.simulator.faults.rules import FaultBook
from harness.simulator.openapi.requests import SAME_AS
from harness.simulator.practices import Practices
from harness.simulator.wire.kit.answered import Answer, AnswerSchemas
from harness.simulator.wire.kit.described import SIGNING, Described, Parameter
from harness.simulator.wire.kit.json_schema import Schema
from harness.simulator.wire.kit.wire import Wire, WireContext

OPENAPI = "3.1.1"
_ABOUT = (
    "GoLive 模拟的微信支付与支付宝，不动真钱。每个请求都要签名，并带 Accept 与 User-Agent；"
    "MCP 接口的工具由 tools/list 自述，不在此文件中。应答可能多出成员，客户端应当忽略。"
    "支付宝网关的应答为 JSON，却以 text/html 发出。"
    "\n\nWeChat Pay and Alipay as GoLive simulates them; no real money moves. Every request is signed, and"
    " brings Accept and User-Agent. The tools of the MCP endpoints are told by their own `tools/list`, not"
    " here. An answer may have more members, which a client lets by. What Alipay's gateway answers is JSON,"
    " though it calls it text/html."
)
_NO_NAME = re.compile(r"[^0-9A-Za-z]+")


def wires_alone() -> list[Wire]:
    """Every dialect's wire, of a platform without merchants: it tells what it serves, and serves nobody."""
    return [
        made(spec.wire)(
            WireContext(
                dialect=spec.id,
                merchants={},
                faults=FaultBook(),
                enqueue=_tell_nobody,
                practices=Practices(),
                signing_clock=time.time,
            )
        )
        for spec in all_dialects()
    ]


def document(wires: Iterable[Wire]) -> dict[str, Any]:
    """The document, to be written as JSON. Its one server is wherever it is served."""
    paths: dict[str, dict[str, Any]] = {}
    schemas = AnswerSchemas()
    tags = []
    for wire in wires:
        described = list(wire.described())
        if described:
            tags.append({"name": wire.name})
        for each in described:
            paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, wire.name, schemas)
    return {
        "openapi": OPENAPI,
        "info": {
            "title": "GoLive 模拟支付平台 / simulated payment platform",
            "version": version("golive"),
            "description": _ABOUT,
        },
        "servers": [{"url": "/"}],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {
                name: {"type": "apiKey", "in": "header", "name": "Authorization", "description": told}
                for name, told in SIGNING.items()
            },
            "schemas": dict(sorted(schemas.named.items())),
        },
    }


def _operation(each: Described, tag: str, schemas: AnswerSchemas) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": _NO_NAME.sub("_", f"{each.method.lower()} {each.path}").strip("_"),
        "summary": each.summary,
        "tags": [tag],
        "security": [] if each.signed is None else [{each.signed: []}],
        "responses": {
            str(each.status): {"description": "成功 / done", **_content(each.answers, schemas)},
            "default": {"description": "拒绝 / refused", **_content(each.refusals, schemas)},
        },
    }
    if each.leads:
        where = {"description": each.leads, "required": True, "schema": {"type": "string", "format": "uri"}}
        told["responses"]["302"] = {"description": each.leads, "headers": {"Location": where}}
    if each.same_as:
        told[SAME_AS] = each.same_as
    if each.parameters:
        told["parameters"] = [_parameter(one) for one in each.parameters]
    if each.body:
        content = {kind: {"schema": schema} for kind, schema in each.body.items()}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _parameter(one: Parameter) -> Schema:
    return {"name": one.name, "in": one.place, "required": one.required, "schema": one.schema}


def _content(answers: Mapping[str, Answer], schemas: AnswerSchemas) -> Schema:
    content = {kind: {"schema": schemas.of(each)} for kind, each in answers.items()}
    return {"content": content} if content else {}


async def _tell_nobody(*told: object, **more: object) -> None:
    """Calls nobody back."""
