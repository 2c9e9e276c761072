"""PARAM_ERROR as the live gateway says it: one table of its messages, and what `detail` holds beside each.

`detail.location` is where the value stood (`body`, `query`, `uri_template`), `detail.value` the value itself,
or the number that broke a limit. Members that no document knows are told with a null location and a list of
where they stood. There is no `field` and no `issue`, whatever older documents show.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum

from harness.simulator.wire.kit.errors import (
    EXTRA_PARAMETER,
    PARAMETER_INVALID,
    Refusal,
    RefusalDetail,
    parameter,
)

STRING = "一个 string 类型的 Json 值"
INT64 = "一个合法的 64 位有符号整数"
OBJECT = "一个合法的 Json 对象"
ARRAY = "一个合法的 Json 数组"
FLAG = "一个合法的布尔值"
BYTES, CHARACTERS = "字节数", "字符数"

_TEXT = "输入源“{source}”映射到值字段“{label}”字符串规则校验失败，"


class Words(StrEnum):
    """The messages; what stands in braces is filled in."""

    # Quoted in public from answers of the live gateway.
    UNMAPPABLE = "无法将 JSON 输入源“{source}”映射到目标字段“{label}”中，此字段需要{kind}"
    TWICE = "无法将输入源“{source}”映射到目标字段“{label}”中，此字段并非多重字段但被输入源“{first}”映射过了"
    MISSING = "输入源“{source}”映射到字段“{label}”必填性规则校验失败，此字段为必填项"
    TOO_SHORT = _TEXT + "{unit} {count}，小于最小值 {limit}"
    TOO_LONG = _TEXT + "{unit} {count}，大于最大值 {limit}"
    PATTERN = _TEXT + "字符串必须匹配正则表达式“{rule}”"
    MOMENT = _TEXT + "字符串必须是符合 RFC3339 日期时间格式"
    TOO_LOW = "输入源“{source}”映射到数值字段“{label}”规则校验失败，值低于最小值 {limit}"
    UNKNOWN = "请求中含有未在API文档中定义的参数"

    # Ours, in the same manner: nobody has published the live ones.
    CHOICES = _TEXT + "值不在枚举范围内：{rule}"
    BEYOND_BMP = _TEXT + "含有不支持的字符（仅支持1至3字节的UTF-8字符）"
    ADDRESS = _TEXT + "必须是合法的IPv4或IPv6地址"
    DATE = _TEXT + "字符串必须是符合 yyyy-MM-DD 格式的日期"
    TOO_FEW = "输入源“{source}”映射到字段“{label}”规则校验失败，数组元素个数 {count}，小于最小值 {limit}"
    TOO_LARGE = "输入源“{source}”映射到字段“{label}”规则校验失败，字节数 {count}，大于最大值 {limit}"

    def at(self, source: str, label: str, value: object, **parts: object) -> Refusal:
        """This said of the value at `source`, e.g. `/body/amount/total`, whose Chinese name is `label`."""
        detail: RefusalDetail = {"location": source.split("/")[1]}
        if _tellable(value):
            detail["value"] = value
        message = self.format(source=source, label=label, **parts)
        return Refusal(400, "PARAM_ERROR", message, detail=detail, internal=PARAMETER_INVALID)


def unknown_members(sources: Sequence[str]) -> Refusal:
    """Members that no document defines, at every depth."""
    detail: RefusalDetail = {"location": None, "value": list(sources)}
    return Refusal(400, "PARAM_ERROR", Words.UNKNOWN, detail=detail, internal=EXTRA_PARAMETER)


MCHID_MISMATCH = "http header中的mchid与post payload中的mchid不匹配"
NO_ORDER_NUMBER = "微信支付订单号与商户订单号不能同时为空"
TWO_ORDER_NUMBERS = "微信支付订单号与商户订单号只能填写一个"
SOURCES_MISMATCH = "退款出资金额之和必须等于退款金额，且出资账户不能重复"
"""Of refunds; these three are ours."""
WRONG_OPENID = "无效的openid"
WRONG_PLATFORM_SERIAL = "平台证书序列号Wechatpay-Serial错误"
MISSING_PLATFORM_SERIAL = "HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)"
NOT_DECRYPTED = "平台私钥解密失败"


def not_utf8() -> Refusal:
    """A body in another encoding."""
    return Refusal(400, "INVALID_REQUEST", "请求内容传入了非UTF8参数")


def not_json() -> Refusal:
    """A body that is no JSON object; these words are ours."""
    return parameter("请求包体不是合法的JSON对象，请检查包体格式")


def _tellable(value: object) -> bool:
    """Whether JSON can hold it: 1e999 reads as infinity, and some nesting is too deep to be written."""
    try:
        json.dumps(value, allow_nan=False)
    except (ValueError, RecursionError):
        return False
    return True
