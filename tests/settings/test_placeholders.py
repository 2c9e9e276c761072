"""A placeholder of every kind people leave behind is recognised, and real values are not."""

from __future__ import annotations

import base64
import random

import pytest

from harness.core.findings import told_in
from harness.settings.placeholders import placeholder


@pytest.mark.parametrize(
    "value",
    [
        "",
        "   ",
        "[从微信商户平台获取的MCP_API_KEY]",
        "[您的微信AppID]",
        "[生产环境API密钥]",
        "【微信支付密钥】",
        "https://[您的域名]/notify",
        "https://您的域名/notify",
        "your_api_key",
        "YOUR-MERCHANT-ID",
        "yourApiKey",
        "wx_your_appid",
        "https://your-domain.com/notify",
        "<api-key>",
        "https://<host>/mcp/v1",
        "<商户号>",
        "xxx",
        "XXXXXXXX",
        "wxxxxxxxxxxxxxxxxx",
        "sk-xxxxxxxx",
        "1900xxxxxx",
        "********",
        "...",
        "changeme",
        "CHANGE_ME",
        "please-change-this",
        "replace_with_real_key",
        "TODO",
        "todo: ask finance",
        "TBD",
        "FIXME",
        "null",
        "undefined",
        "N/A",
        "na",
        "n/a (later)",
        "n/a-yet",
        "TBD_by_ops",
        "placeholder",
        "${WECHAT_KEY}",
        "prefix-${WECHAT_KEY}",
        "$WECHAT_KEY",
        "{{ wechat_key }}",
        "%WECHAT_KEY%",
        "请填写商户号",
        "待申请",
        "生产环境私钥",
    ],
)
def test_a_placeholder_is_recognised(value: str) -> None:
    kind = placeholder(value)
    assert kind is not None
    assert told_in(kind, "zh") != kind


@pytest.mark.parametrize(
    "value",
    [
        "true",
        "30000",
        "1900007291",
        "wx8888888888888888",
        "https://api.mch.weixin.qq.com/mcp/v1",
        "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",
        "PUB_KEY_ID_0119000072912024101500",
        "/home/张三/apiclient_key.pem",
        "证书.pem",
        "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----",
        "nAtional",
        "Todor0v",
        "yours",
        "pa$$word",
        "na-3kQ9zT7yWcVbN2xL5mRp8sDfGhJkLqWe4rTyUiOp",
        "Na_wqZkTBnmLpRsVyXcGhJdFeQaUoIeKtMvWbNxCzLq",
        "tbd-9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    ],
)
def test_a_real_value_is_none(value: str) -> None:
    assert placeholder(value) is None


@pytest.mark.parametrize("beginning", ["na", "nA", "tbd", "TBA", "nil"])
@pytest.mark.parametrize("dash", ["-", "_"])
def test_a_random_token_may_begin_like_a_short_word(beginning: str, dash: str) -> None:
    source = random.Random(20261130)  # noqa: S311 - no secret is made here
    tokens = (base64.urlsafe_b64encode(source.randbytes(30)).decode() for _ in range(200))
    assert [token for token in tokens if placeholder(beginning + dash + token)] == []


def test_of_ten_thousand_random_keys_none_is_taken_for_a_placeholder() -> None:
    source = random.Random(20261123)  # noqa: S311 - no secret is made here
    keys = (
        base64.b64encode(source.randbytes(source.choice((16, 24, 32, 48, 1200)))).decode()
        for _ in range(10_000)
    )
    assert [key for key in keys if placeholder(key)] == []
