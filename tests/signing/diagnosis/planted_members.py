"""Mistakes with members, as people make them: at Alipay's gateway, and in the envelope dialect."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Callable
from itertools import count
from urllib.parse import quote, quote_plus, urlencode

from harness.signing.diagnosis.message import Message
from tests.signing.diagnosis.planted import BOM, MCP, NOW, SHA_1, Plant, signature

BIZ = {"out_trade_no": "GL1", "total_amount": "19.90", "subject": "龙井 & 毛峰", "body": "a/b <c>"}
ASKED = {
    "method": "alipay.trade.precreate",
    "app_id": "9021000000000001",
    "charset": "utf-8",
    "sign_type": "RSA2",
    "timestamp": "2026-11-29 14:03:07",
    "version": "1.0",
    "notify_url": "https://shop.example.com/notify?a=1&b=2",
    "biz_content": json.dumps(BIZ, ensure_ascii=False, separators=(",", ":")),
}
NOTIFY = {
    "notify_id": "2026112900222140307",
    "notify_type": "trade_status_sync",
    "app_id": ASKED["app_id"],
    "charset": "utf-8",
    "sign_type": "RSA2",
    "subject": "龙井",
    "trade_status": "TRADE_SUCCESS",
}
FIELDS: dict[str, object] = {
    "version": "1.0",
    "requestId": "MCP_1_abc",
    "timestamp": NOW * 1000,
    "merchantId": "1900007291",
    "outTradeNo": "GL1",
    "totalAmount": 1990,
    "subject": "龙井",
    "guest": True,
    "userId": "",
    "extraParams": {"openid": "o1", "amount": {"total": 1990}},
}


def text(members: dict[str, str], *without: str, between: str = "&") -> str:
    """What is to be signed."""
    kept = {name: value for name, value in members.items() if value and name not in ("sign", *without)}
    return between.join(f"{name}={kept[name]}" for name in sorted(kept))


def made(signed: str | bytes, codec: str = "utf-8", **how: object) -> str:
    """The signature over a text, in base64."""
    raw = signed.encode(codec) if isinstance(signed, str) else signed
    return base64.b64encode(signature(raw, **how)).decode()  # type: ignore[arg-type]


def form(members: dict[str, str], sign: str, *, codec: str = "utf-8", raw: bytes | None = None) -> Message:
    """A form, as HTTP clients write it."""
    body = raw if raw is not None else urlencode({**members, "sign": sign}, encoding=codec).encode()
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    return Message(headers=headers, body=body, method="POST", target="/gateway.do")


def asked(signed: str | bytes, members: dict[str, str] = ASKED, **how: object) -> Message:
    """The request, over that text."""
    return form(members, made(signed, **how))  # type: ignore[arg-type]


def _each(change: Callable[[str], str], members: dict[str, str] = ASKED) -> str:
    return text({name: change(value) for name, value in members.items()})


def _unescaped(char: str) -> Message:
    """A subject with an & or a + in it, written into the form as it is."""
    members = {**NOTIFY, "subject": f"tea{char}cake"}
    sign = made(text(members, "sign_type"))
    encoded = urlencode({**members, "sign": sign}).replace(quote(char, safe=""), char, 1)
    return form(members, sign, raw=encoded.replace("tea" + quote(char, safe=""), "tea" + char).encode())


def _with_rest(rest: str, *, signed: str | None = None) -> Message:
    """A notify whose goods were sent with that behind them, unescaped; signed with it, or over `signed`."""
    sign = made(signed or text({**NOTIFY, "subject": f"tea{rest}"}, "sign_type"))
    whole = urlencode({**NOTIFY, "subject": "tea", "sign": sign}).replace("subject=tea", f"subject=tea{rest}")
    return form(NOTIFY, sign, raw=whole.encode())


def _split(order: list[str]) -> Message:
    """A request whose system members came in the URL, signed as its client had them."""
    sign = made("&".join(f"{name}={ASKED[name]}" for name in order))
    inside = {"biz_content": ASKED["biz_content"]}
    query = {**{name: value for name, value in ASKED.items() if name not in inside}, "sign": sign}
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    target = f"/gateway.do?{urlencode(query)}"
    return Message(headers=headers, body=urlencode(inside).encode(), method="POST", target=target)


def _lost_plus() -> Message:
    # One signature in 200 has no + that could be lost.
    orders = ({**ASKED, "version": f"1.{number}"} for number in count())
    members, sign = next((each, sign) for each in orders if "+" in (sign := made(text(each))))
    return form(members, sign.replace("+", " "))


def _twice() -> Message:
    body = urlencode([*ASKED.items(), ("version", "1.0"), ("sign", made(text(ASKED)))]).encode()
    return form(ASKED, "", raw=body)


OLD = {**ASKED, "sign_type": "RSA"}
UNTYPED = {name: value for name, value in ASKED.items() if name != "sign_type"}
NAMELESS = {name: value for name, value in ASKED.items() if name != "charset"} | {
    "biz_content": '{"subject":"龙"}'
}
BLANK = {**ASKED, "return_url": ""}
INDENTED = json.dumps(BIZ, ensure_ascii=False, indent=4)
SPACED = json.dumps(BIZ, ensure_ascii=False)

ALIPAY: list[Plant] = [
    ("sign-type-dropped", "of a request", lambda: asked(text(ASKED, "sign_type"))),
    ("sign-type-kept", "of a notify", lambda: form(NOTIFY, made(text(NOTIFY)))),
    ("ampersand-in-value", "", lambda: _unescaped("&")),
    ("ampersand-in-value", "with a = behind it", lambda: _with_rest("&cake=1")),
    ("ampersand-in-value", "with a capital behind it", lambda: _with_rest("&Cake=a&b")),
    ("ampersand-or-empty-member", "as a value", lambda: _with_rest("&t=")),
    (
        "ampersand-or-empty-member",
        "as a member",
        lambda: _with_rest(
            "&t=", signed=text(NOTIFY, "sign_type").replace("tea", "tea&t=").replace("龙井", "tea&t=")
        ),
    ),
    ("charset-missing", "", lambda: asked(text(NAMELESS), NAMELESS)),
    ("clock-read-twice", "", lambda: asked(text({**ASKED, "timestamp": "2026-11-29 14:03:08"}))),
    (
        "members-out-of-order",
        "the body's first",
        lambda: _split(["biz_content", *(n for n in ASKED if n != "biz_content")]),
    ),
    ("plus-in-value", "", lambda: _unescaped("+")),
    ("members-out-of-order", "as sent", lambda: asked("&".join(f"{n}={v}" for n, v in ASKED.items()))),
    ("empty-members-kept", "sent", lambda: asked(_with_empty(), BLANK)),
    ("empty-members-kept", "dropped by the client", lambda: asked(_with_empty())),
    ("empty-members-kept", "sign itself", lambda: asked(_with("sign"))),
    ("html-escaped", "&amp;", lambda: asked(text(ASKED, between="&amp;"))),
    ("html-escaped", "¬ify_url", lambda: asked(text(ASKED).replace("&not", "¬"))),
    ("html-escaped", "all of it", lambda: asked(html.escape(text(ASKED)))),
    ("values-url-encoded", "quote", lambda: asked(_each(lambda value: quote(value, safe="")))),
    ("values-url-encoded", "as forms have it", lambda: asked(_each(quote_plus))),
    ("values-quoted", "", lambda: asked(_each(lambda value: f'"{value}"'))),
    ("ends-written-otherwise", "& at the end", lambda: asked(text(ASKED) + "&")),
    ("joined-otherwise", "nothing between", lambda: asked(text(ASKED, between=""))),
    ("member-left-out", "notify_url", lambda: asked(text(ASKED, "notify_url"))),
    ("json-rewritten", "blanks", lambda: asked(text({**ASKED, "biz_content": SPACED}))),
    ("json-pretty", "", lambda: asked(text({**ASKED, "biz_content": INDENTED}))),
    ("whole-document", "", lambda: asked(json.dumps(ASKED, ensure_ascii=False, separators=(",", ":")))),
    ("gbk", "signed", lambda: asked(text(ASKED), codec="gbk")),
    ("charset", "question marks", lambda: asked(text(ASKED).encode("ascii", "replace"))),
    ("bom", "", lambda: asked(BOM + text(ASKED).encode())),
    ("text-url-encoded", "", lambda: asked(quote(text(ASKED), safe=""))),
    ("line-ends-in-value", "", lambda: asked(text({**ASKED, "memo": "a\nb"}), {**ASKED, "memo": "a\r\nb"})),
    ("values-trimmed", "", lambda: asked(text({**ASKED, "memo": "a"}), {**ASKED, "memo": " a "})),
    ("sign-type-missing", "", lambda: asked(text(UNTYPED), UNTYPED)),
    ("member-twice", "", _twice),
    ("sha-1", "sign_type=RSA", lambda: asked(text(OLD), OLD, digest=SHA_1)),
    ("sign-type-says-sha-1", "", lambda: asked(text(OLD), OLD)),
    ("pss", "", lambda: asked(text(ASKED), pss=True)),
    ("wrong-key", "", lambda: asked(text(ASKED), key=MCP)),
    ("base64-plus-lost", "", _lost_plus),
    (
        "base64-blanks",
        "wrapped",
        lambda: form(ASKED, base64.encodebytes(base64.b64decode(made(text(ASKED)))).decode()),
    ),
    ("base64-percent", "", lambda: form(ASKED, quote(made(text(ASKED)), safe=""))),
]


def _with(*names: str) -> str:
    kept = {**ASKED, **dict.fromkeys(names, "")}
    return "&".join(f"{name}={kept[name]}" for name in sorted(kept))


def _with_empty() -> str:
    return _with("return_url")


def written(value: object) -> str:
    """A value as the dialect signs it."""
    if isinstance(value, dict):
        return "[object Object]"
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def canonical(fields: dict[str, object] = FIELDS, **otherwise: str) -> str:
    """What is to be signed, some values otherwise."""
    return text({**{name: written(value) for name, value in fields.items()}, **otherwise})


def envelope(signed: str | bytes, fields: dict[str, object] = FIELDS, **how: object) -> Message:
    """The message, over that text."""
    body = json.dumps({**fields, "signature": made(signed, **how)}, ensure_ascii=False).encode()  # type: ignore[arg-type]
    headers = (("Content-Type", "application/json"),)
    return Message(headers=headers, body=body, method="POST", target="/mcp/v1/wechat/payment/create")


EXTRA = json.dumps(FIELDS["extraParams"], separators=(",", ":"))
SECONDS = {**FIELDS, "timestamp": NOW}
LATE = {**FIELDS, "timestamp": (NOW - 3600) * 1000}

ENVELOPE: list[Plant] = [
    ("objects-as-json", "", lambda: envelope(canonical(extraParams=EXTRA))),
    (
        "objects-left-out",
        "",
        lambda: envelope(canonical({k: v for k, v in FIELDS.items() if k != "extraParams"})),
    ),
    ("words-written-otherwise", "", lambda: envelope(canonical(guest="True"))),
    ("whole-document", "", lambda: envelope(json.dumps(FIELDS, ensure_ascii=False, separators=(",", ":")))),
    ("empty-members-kept", "", lambda: envelope(canonical().replace("&version", "&userId=&version"))),
    ("members-out-of-order", "", lambda: envelope("&".join(sorted(canonical().split("&"), reverse=True)))),
    (
        "member-left-out",
        "requestId",
        lambda: envelope(canonical({k: v for k, v in FIELDS.items() if k != "requestId"})),
    ),
    (
        "values-url-encoded",
        "",
        lambda: envelope(canonical(subject=quote("龙井"), extraParams=quote("[object Object]"))),
    ),
    ("gbk", "", lambda: envelope(canonical(), codec="gbk")),
    ("seconds", "", lambda: envelope(canonical(SECONDS), SECONDS)),
    ("seconds", "in the text alone", lambda: envelope(canonical(timestamp=str(NOW)))),
    ("seconds", "in the message alone", lambda: envelope(canonical(timestamp=f"{NOW}417"), SECONDS)),
    ("clock-read-twice", "", lambda: envelope(canonical(timestamp=f"{NOW}007"))),
    ("stale-clock", "", lambda: envelope(canonical(LATE), LATE)),
    ("sha-1", "", lambda: envelope(canonical(), digest=SHA_1)),
    ("hashed-twice", "", lambda: envelope(hashlib.sha256(canonical().encode()).hexdigest())),
]
