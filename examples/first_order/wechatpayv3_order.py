"""python wechatpayv3_order.py ORDER: a Native order of ¥19.90 through wechatpayv3, until it is paid.

Its host is fixed: https://api.mch.weixin.qq.com. It verifies answers and callbacks.
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

from wechatpayv3 import WeChatPay, WeChatPayType

env = os.environ
(number,) = sys.argv[1:]
pay = WeChatPay(
    wechatpay_type=WeChatPayType.NATIVE,
    mchid=env["WECHAT_PAY_MCH_ID"],
    appid=env["WECHAT_PAY_APP_ID"],
    private_key=env["WECHAT_PAY_PRIVATE_KEY"],
    cert_serial_no=env["WECHAT_PAY_CERT_SERIAL"],
    apiv3_key=env["WECHAT_PAY_APIV3_KEY"],
    notify_url=env["WECHAT_PAY_NOTIFY_URL"],
    public_key=env["WECHAT_PAY_PUBLIC_KEY"],
    public_key_id=env["WECHAT_PAY_PUBLIC_KEY_ID"],
)


class Shop(BaseHTTPRequestHandler):
    """Takes callbacks."""

    paid = False

    def do_POST(self) -> None:
        """Answer 204 to what the platform has signed, and 401 to everything else."""
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        told = pay.callback(self.headers, body)
        self.send_response(204 if told else 401)
        self.end_headers()
        resource = told["resource"] if told else {}
        if resource.get("out_trade_no") == number and resource.get("trade_state") == "SUCCESS":
            Shop.paid = resource["amount"]["total"] == 1990

    def log_message(self, *_: object) -> None:
        """Say nothing."""


with HTTPServer(("127.0.0.1", urlsplit(env["WECHAT_PAY_NOTIFY_URL"]).port or 80), Shop) as shop:
    code, answer = pay.pay(description="龙井 250 克", out_trade_no=number, amount={"total": 1990})
    print(f"ordered {number}: {answer}", flush=True)
    while code == 200 and not Shop.paid:
        shop.handle_request()
if code != 200:
    sys.exit(1)
print(f"paid {number}, callback verified")
