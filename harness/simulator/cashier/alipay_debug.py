"""The page that gateway.do shows a browser instead of a cashier (facts alipay 1.5)."""

from __future__ import annotations

from starlette.responses import Response

from harness.simulator.cashier import pages

CHARSET = "GBK"
HEADING = "调试错误，请回到请求来源地，重新发起请求。"


def debug_error(code: str, reason: str) -> Response:
    """HTTP 200 in GBK, as the live one answers; what GBK cannot write becomes a question mark.

    Args:
        code: `isv.invalid-signature`; the page leaves `isv.` away.
        reason: the gateway's sub_msg.
    """
    drawn = pages.page(
        "alipay_debug.html",
        brand="alipay",
        charset=CHARSET,
        heading=HEADING,
        code=code.removeprefix("isv."),
        reason=reason,
    )
    text = bytes(drawn.body).decode()
    headers = {name: value for name, value in drawn.headers.items() if not name.startswith("content-")}
    policy = drawn.headers["Content-Security-Policy"]
    answer = Response(text.encode(CHARSET, "replace"), headers={**headers, "Content-Security-Policy": policy})
    answer.headers["Content-Type"] = f"text/html;charset={CHARSET}"
    return answer
