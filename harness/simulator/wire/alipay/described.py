"""What a request to the gateway may hold: common parameters around business members (facts alipay 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def described_gateway(
    path: str, methods: Mapping[str, tuple[str, Sequence[Member], Sequence[Member]]]
) -> Described:
    """The one operation behind the gateway's path: a form that names one of its methods.

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
    return Described(method="POST", path=path, summary=summary, body={FORM: form})


def described_download(path: str) -> Described:
    """The address of a bill, as the gateway hands it out."""
    wanted = [
        Parameter(name, "query", {"type": "string"}, required=True)
        for name in ("userId", "token", "downloadFileName")
    ]
    summary = "下载账单 / download a bill, for half a minute"
    return Described(method="GET", path=path, summary=summary, parameters=tuple(wanted), file=True)
