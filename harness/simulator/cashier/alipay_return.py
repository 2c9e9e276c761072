"""The way back to the merchant: return_url with members that Alipay signed (facts alipay 3.7)."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.core.clock import BEIJING, wire_now
from harness.signing.alipay import RSA2, SIGN, SIGN_TYPE, sign_answer, sign_notify
from harness.simulator.platform.orders import Intent

PlatformKey = Callable[[str], RSAPrivateKey]
"""What signs for an account, by its seller_id: the private half of its 支付宝公钥."""


def return_address(intent: Intent, key: PlatformKey) -> str:
    """Where a browser is sent once the trade of this intent is paid; empty: nowhere.

    What the merchant's address carries already stays in front, and is not part of what is signed. There is no
    trade_status: a return proves nothing about it.
    """
    terms, request = intent.terms, intent.request
    if not terms.return_url:
        return ""
    members = {
        "charset": terms.charset,
        "out_trade_no": request.out_trade_no,
        "method": f"{terms.method}.return",
        "total_amount": intent.order.total.yuan,
        "trade_no": intent.order.transaction_id or "",
        "auth_app_id": request.appid,
        "version": "1.0",
        "app_id": request.appid,
        SIGN_TYPE: RSA2,
        "seller_id": request.mchid,
        "timestamp": f"{wire_now().astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
    }
    members[SIGN] = sign_notify(key(request.mchid), members, charset=terms.charset)
    parts = urlsplit(terms.return_url)
    added = urlencode(members, encoding=terms.charset)
    return urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added))


def app_result(intent: Intent, key: PlatformKey) -> str:
    """What an app is handed once its order string is paid: a node and its signature (facts alipay 4.5)."""
    request = intent.request
    node = {
        "code": "10000",
        "msg": "Success",
        "app_id": request.appid,
        "auth_app_id": request.appid,
        "charset": intent.terms.charset,
        "timestamp": f"{wire_now().astimezone(BEIJING):%Y-%m-%d %H:%M:%S}",
        "out_trade_no": request.out_trade_no,
        "total_amount": intent.order.total.yuan,
        "trade_no": intent.order.transaction_id or "",
        "seller_id": request.mchid,
    }
    text = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    signature = sign_answer(key(request.mchid), text.encode(intent.terms.charset))
    return f'{{"alipay_trade_app_pay_response":{text},"sign":"{signature}","sign_type":"{RSA2}"}}'
