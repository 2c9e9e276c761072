"""Mistakes with what platforms send, and with Alipay's V3, as people make them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

from harness.signing.diagnosis.message import Message
from tests.signing.diagnosis.planted import BOM, NOW, SECOND_SERIAL, SERIAL, Plant, signature

NOTICE = {
    "id": "N1",
    "event_type": "TRANSACTION.SUCCESS",
    "summary": "支付成功",
    "resource": {"nonce": "a/b"},
}
RAW = json.dumps(NOTICE, ensure_ascii=False, separators=(",", ":")).encode()
NONCE = "593BEC0C930BF1AFEB40B4A08C8FB242"
NODE = b'{"code":"10000","msg":"Success","out_trade_no":"GL1"}'
ORDER = b'{"out_trade_no":"GL1","total_amount":"19.90"}'
AUTH = f"app_id=9021000000000001,nonce={NONCE.lower()},timestamp={NOW}000"
PAY = "/v3/alipay/trade/query?a=%E8%8C%B6"


def _base64(text: bytes) -> str:
    return base64.b64encode(signature(text)).decode()


def callback(
    body: bytes, *, text: bytes = b"", before: str = "", serial: str = SERIAL, stamp: int = NOW
) -> Message:
    """A callback whose body came as `body`; the platform signed `RAW`, or another text as a whole."""
    made = before + _base64(text or f"{stamp}\n{NONCE}\n".encode() + RAW + b"\n")
    headers = (
        ("Wechatpay-Timestamp", str(stamp)),
        ("Wechatpay-Nonce", NONCE),
        ("Wechatpay-Signature", made),
        ("Wechatpay-Serial", serial),
    )
    return Message(headers=headers, body=body, method="POST", target="/notify")


def v3(text: Callable[[str], bytes], *, auth: str = AUTH, **more: str) -> Message:
    """A request of Alipay's V3, over what `text` makes of its Authorization."""
    told = _base64(text(auth))
    headers = (("Authorization", f"ALIPAY-SHA256withRSA {auth},sign={told}"), *more.items())
    return Message(headers=headers, body=ORDER, method="POST", target=PAY)


def lines(auth: str, method: str = "POST", target: str = PAY, *more: str) -> bytes:
    """What it is to sign."""
    return (
        f"{auth}\n{method}\n{target}\n{ORDER.decode()}\n{''.join(each + chr(10) for each in more)}".encode()
    )


def answer(node: bytes) -> Message:
    """An answer of Alipay's gateway, over its node as the platform sent it."""
    body = b'{"alipay_trade_query_response":%s,"sign":"%s"}' % (
        node,
        _base64(NODE).replace("/", "\\/").encode(),
    )
    return Message(headers=(), body=body)


MESSAGES: list[Plant] = [
    ("body-rewritten", "a framework's JSON", lambda: callback(json.dumps(NOTICE).encode())),
    ("body-rewritten", "pretty", lambda: callback(json.dumps(NOTICE, ensure_ascii=False, indent=2).encode())),
    ("line-end-of-body", "", lambda: callback(RAW + b"\n")),
    ("bom", "", lambda: callback(BOM + RAW)),
    ("gbk", "", lambda: callback(RAW.decode().encode("gbk"))),
    ("probe", "that is nobody's signature", lambda: callback(RAW, text=b"x", before="WECHATPAY/SIGNTEST/")),
    ("probe", "", lambda: callback(RAW, before="WECHATPAY/SIGNTEST/")),
    ("stale-clock", "", lambda: callback(RAW, stamp=NOW - 301)),
    ("wrong-serial", "", lambda: callback(RAW, serial=SECOND_SERIAL)),
    (
        "signed-as-request",
        "",
        lambda: callback(RAW, text=f"POST\n/notify\n{NOW}\n{NONCE}\n".encode() + RAW + b"\n"),
    ),
    ("body-rewritten", "a node", lambda: answer(json.dumps(json.loads(NODE)).encode())),
    ("query-left-out", "V3", lambda: v3(lambda auth: lines(auth, target=PAY.partition("?")[0]))),
    ("method-lower-case", "V3", lambda: v3(lambda auth: lines(auth, "post"))),
    ("last-line-end-missing", "V3", lambda: v3(lambda auth: lines(auth)[:-1])),
    ("auth-reordered", "V3", lambda: v3(lambda auth: lines(",".join(reversed(auth.split(",")))))),
    ("auth-spaced", "V3", lambda: v3(lambda auth: lines(auth.replace(",", ", ")))),
    ("token-line", "V3", lambda: v3(lines, **{"alipay-app-auth-token": "T1"})),
    ("line-end-too-many", "V3, a token's line", lambda: v3(lambda auth: lines(auth, "POST", PAY, ""))),
    ("seconds", "V3", lambda: v3(lines, auth=AUTH[:-3])),
    ("seconds", "V3, in the text alone", lambda: v3(lambda auth: lines(auth[:-3]))),
    ("seconds", "V3, in the header alone", lambda: v3(lambda auth: lines(f"{auth}417"), auth=AUTH[:-3])),
    ("stale-clock", "V3", lambda: v3(lines, auth=AUTH.replace(str(NOW), str(NOW - 601)))),
]
