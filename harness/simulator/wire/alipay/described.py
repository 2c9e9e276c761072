"""What a request to the gateway may hold: common parameters around business members (facts alipay 1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from harness.signing.alipay import RSA2, SIGN
from harness.simulator.wire.alipay.members import NOTIFY_URL, Member, schema_of
from harness.simulator.wire.kit.described import Described, Parameter
from harness.simulator.wire.kit.json_schema import Schema

FORM = "application/x-www-form-urlencoded"
CONTENT = "biz_content"
_COMMON: Mapping[str, Schema] = {
    "app_id": {"title": "应用ID", "type": "string"},
    "method": {"title": "接口名称", "type": "string"},
    "format": {"const": "JSON"},
    "charset": {"title": "编码；不写即 gbk", "enum": ["utf-8", "gbk"]},
    "sign_type": {"const": RSA2},
    SIGN: {"title": "签名：非空参数按名排序，以 & 相连", "type": "string", "contentEncoding": "base64"},
    "timestamp": {
        "title": "北京时间 yyyy-MM-dd HH:mm:ss",
        "type": "string",
        "pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$",
    },
    "version": {"const": "1.0"},
    NOTIFY_URL.name: NOTIFY_URL.schema,
    "return_url": {"title": "返回地址", "type": "string", "maxLength": 256},
    "app_cert_sn": {"title": "应用公钥证书序列号：证书模式", "type": "string"},
    "alipay_root_cert_sn": {"title": "支付宝根证书序列号：证书模式", "type": "string"},
    CONTENT: {"title": "业务参数", "type": "string", "contentMediaType": "application/json"},
}
_WANTED = ["app_id", "method", "sign_type", SIGN, "timestamp", "version", CONTENT]


_ANSWER = "text/html"
"""What the gateway calls its answers, JSON or not."""


def described_gateway(
    path: str, methods: Mapping[str, tuple[str, Sequence[Member], Sequence[Member]]]
) -> Iterator[Described]:
    """What is behind the gateway's path: a form that names one of its methods, or the same as a query.

    Args:
        methods: by name, each with what it does, what it demands and what else it takes.
    """
    branches: list[Schema] = [
        {
            "title": method,
            "description": summary,
            "properties": {
                "method": {"const": method},
                CONTENT: {"contentSchema": schema_of(demands, takes)},
            },
        }
        for method, (summary, demands, takes) in methods.items()
    ]
    form: Schema = {"type": "object", "properties": dict(_COMMON), "required": _WANTED, "oneOf": branches}
    summary = "开放平台网关 / the open platform's gateway"
    yield Described(
        method="POST", path=path, summary=summary, body={FORM: form}, kinds=(_ANSWER,), refusal=None
    )
    asked = [
        Parameter(name, "query", schema, required=name in _WANTED)
        for name, schema in {**_COMMON, "method": {"enum": [*methods]}}.items()
    ]
    summary = "以链接打开网关，如支付页面 / the same by a link, as a browser opens a payment page"
    yield Described(
        method="GET", path=path, summary=summary, parameters=tuple(asked), kinds=(_ANSWER,), refusal=None
    )


def described_download(path: str) -> Described:
    """The address of a bill, as the gateway hands it out."""
    wanted = [
        Parameter(name, "query", {"type": "string"}, required=True)
        for name in ("userId", "token", "downloadFileName")
    ]
    summary = "下载账单 / download a bill, for half a minute"
    return Described(
        method="GET",
        path=path,
        summary=summary,
        parameters=tuple(wanted),
        kinds=("application/zip", "text/plain"),
        refusal=None,
    )
