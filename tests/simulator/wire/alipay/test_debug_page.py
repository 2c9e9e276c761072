"""What a browser is shown whose order the gateway refuses."""

from __future__ import annotations

from harness.simulator.wire.alipay.debug_page import HEADERS, debug_page
from tests.simulator.cashier.alipay_side import told


def test_the_page_is_gbk_and_names_code_and_reason() -> None:
    page = debug_page("isv.invalid-signature", "验签出错，<biz_content> 😀 $code").decode("gbk")
    assert '<meta charset="GBK">' in page
    assert told(page, "alipay-debug-error") == "调试错误，请回到请求来源地，重新发起请求。"
    assert told(page, "alipay-error-code") == "invalid-signature"
    assert told(page, "alipay-error-reason") == "验签出错，<biz_content> 😀 $code"


def test_a_code_of_another_family_stays_whole() -> None:
    assert told(debug_page("ACQ.ACCESS_FORBIDDEN", "").decode("gbk"), "alipay-error-code") == (
        "ACQ.ACCESS_FORBIDDEN"
    )


def test_nothing_in_the_page_comes_from_elsewhere() -> None:
    assert dict(HEADERS)[b"content-security-policy"].startswith(b"default-src 'none'; style-src 'sha256-")
    assert b"<script" not in debug_page("isv.invalid-app-id", "")
