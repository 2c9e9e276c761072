"""What a request to the gateway may hold, and what it answers: members within a frame (facts alipay 1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from harness.signing.alipay import RSA2, SIGN
from harness.simulator.wire.alipay.answer import node_name
from harness.simulator.wire.alipay.errors import AlipayFailure, Succeeded
from harness.simulator.wire.alipay.members import NOTIFY_URL, Member, schema_of
from harness.simulator.wire.kit.answered import BINARY, Answer, Named, members_of
from harness.simulator.wire.kit.described import Described, Parameter
from harness.simulator.wire.kit.json_schema import Schema

FORM = "application/x-www-form-urlencoded"
CONTENT = "biz_content"
_COMMON: Mapping[str, Schema] = {
    "app_id": {"description": "应用ID", "type": "string"},
    "method": {"description": "接口名称", "type": "string"},
    "format": {"const": "JSON"},
    "charset": {"description": "编码；不写即 gbk", "enum": ["utf-8", "gbk"]},
    "sign_type": {"const": RSA2},
    SIGN: {"description": "签名：非空参数按名排序，以 & 相连", "type": "string", "contentEncoding": "base64"},
    "timestamp": {
        "description": "北京时间 yyyy-MM-dd HH:mm:ss",
        "type": "string",
        "pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$",
    },
    "version": {"const": "1.0"},
    NOTIFY_URL.name: NOTIFY_URL.schema,
    "return_url": {"description": "返回地址", "type": "string", "maxLength": 256},
    "app_cert_sn": {"description": "应用公钥证书序列号：证书模式", "type": "string"},
    "alipay_root_cert_sn": {"description": "支付宝根证书序列号：证书模式", "type": "string"},
    CONTENT: {"description": "业务参数", "type": "string", "contentMediaType": "application/json"},
}
_WANTED = ["app_id", "method", "sign_type", SIGN, "timestamp", "version", CONTENT]


_HTML = "text/html"
"""What the gateway calls its answers, JSON or not."""
_PAGE: Schema = {"type": "string"}
_SIGNED: Mapping[str, Schema] = {
    "alipay_cert_sn": {
        "description": "支付宝公钥证书序列号：证书模式",
        "type": "string",
        "pattern": "^[0-9a-f]{32}$",
    },
    SIGN: {
        "description": "对节点原文的签名；不知是谁的请求时没有",
        "type": "string",
        "contentEncoding": "base64",
    },
}
"""What stands beside a node. A success is always signed; of a refusal nothing is, where nobody is known."""


@dataclass(frozen=True, slots=True)
class Method:
    """One of the gateway's."""

    summary: str
    """What it does."""
    demands: Sequence[Member]
    takes: Sequence[Member]
    """What else."""
    says: type | None
    """What its node holds beside the codes; None: it leads to the cashier."""


def described_gateway(paths: Sequence[str], methods: Mapping[str, Method]) -> Iterator[Described]:
    """What is behind each of its paths: a form that names one of its methods, or the same as a query.

    Args:
        methods: by name.
    """
    branches: list[Schema] = [
        {
            "title": name,
            "description": each.summary,
            "properties": {
                "method": {"const": name},
                CONTENT: {"contentSchema": schema_of(each.demands, each.takes)},
            },
        }
        for name, each in methods.items()
    ]
    form: Schema = {"type": "object", "properties": dict(_COMMON), "required": _WANTED, "oneOf": branches}
    asked = [
        Parameter(name, "query", schema, required=name in _WANTED)
        for name, schema in {**_COMMON, "method": {"enum": [*methods]}}.items()
    ]
    told = {_HTML: _answer(methods)}
    first = paths[0]
    for path in paths:
        of_both = partial(
            Described,
            path=path,
            answers=told,
            refusals={_HTML: _PAGE},
            leads="收银台 / the cashier",
            same_as="" if path == first else first,
        )
        yield of_both(method="POST", summary="开放平台网关 / the open platform's gateway", body={FORM: form})
        yield of_both(
            method="GET",
            summary="以链接打开网关，如支付页面 / the same by a link, as a browser opens a payment page",
            parameters=tuple(asked),
        )


def _answer(methods: Mapping[str, Method]) -> Named:
    """Each method's answer, an error before any is known, or the page in place of the cashier."""
    answers = [_framed(name, each.says) for name, each in methods.items() if each.says is not None]
    nodeless = Named("AlipayErrorAnswer", _frame("error_response", AlipayFailure, {}))
    return Named("AlipayGatewayAnswer", {"anyOf": [*answers, nodeless, _PAGE]})


def _framed(method: str, says: type) -> Named:
    name = "".join(part.capitalize() for part in method.split("."))
    node = Named(f"{name}Response", members_of(Succeeded, says))
    return Named(f"{name}Answer", _frame(node_name(method), {"anyOf": [node, AlipayFailure]}, _SIGNED))


def _frame(name: str, node: Answer, beside: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": {name: node, **beside}, "required": [name]}


def described_download(path: str) -> Described:
    """The address of a bill, as the gateway hands it out."""
    wanted = [
        Parameter(name, "query", {"type": "string"}, required=True)
        for name in ("userId", "token", "downloadFileName")
    ]
    return Described(
        method="GET",
        path=path,
        summary="下载账单 / download a bill, for half a minute",
        parameters=tuple(wanted),
        answers={"application/zip": BINARY, "text/plain": _PAGE},
    )
