"""Mistakes that were planned without the tables: what stacks and languages do to a signed text."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import replace
from urllib.parse import quote, quote_plus, unquote_plus

from harness.signing.diagnosis.message import Message
from tests.signing.diagnosis.planted import (
    BODY,
    CREATE,
    GET,
    KEY,
    NOW,
    ORDER,
    OWN,
    POST,
    QUERY,
    V3,
    Plant,
    signature,
)
from tests.signing.diagnosis.planted_members import (
    ASKED,
    NAMELESS,
    asked,
    canonical,
    envelope,
    form,
    made,
    text,
)
from tests.signing.diagnosis.planted_messages import AUTH, NONCE, RAW, callback, lines, v3

PATH = QUERY.partition("?")[0]
UUID = "550e8400-e29b-41d4-a716-446655440000"
JAVA = (
    "{appid=wx2421b1c4370ec43b, description=龙井 250 克 <春>, out_trade_no=GL1, "
    "notify_url=https://shop.example.com/notify, amount={total=1990}}"
)
GO = (
    "map[amount:map[total:1990] appid:wx2421b1c4370ec43b description:龙井 250 克 <春> "
    "notify_url:https://shop.example.com/notify out_trade_no:GL1]"
)


def _literal(request: V3, indent: str, last: str = "") -> bytes:
    """A literal over several lines of source, in a function's body."""
    parts = [request.method, request.target, request.stamp, request.nonce, request.body.decode()]
    return (f"\n{indent}".join(parts) + f"\n{last}").encode()


def _in_order(*order: str) -> bytes:
    parts = {"m": POST.method, "u": CREATE, "t": POST.stamp, "n": POST.nonce, "b": BODY.decode()}
    return "".join(f"{parts[each]}\n" for each in order).encode()


def raw_block(content: bytes) -> bytes:
    """What the private key makes of these bytes, padded as PKCS#1 v1.5 has it: `openssl rsautl -sign`."""
    numbers = KEY.private_numbers()
    block = b"\0\1" + b"\xff" * (256 - 3 - len(content)) + b"\0" + content
    return pow(int.from_bytes(block), numbers.d, numbers.public_numbers.n).to_bytes(256)


def _upload(*, whole: bool) -> Message:
    meta = b'{"filename":"id.png","sha256":"00"}'
    body = (
        b'--B\r\nContent-Disposition: form-data; name="meta";\r\nContent-Type: application/json\r\n\r\n'
        + meta
        + b'\r\n--B\r\nContent-Disposition: form-data; name="file"; filename="id.png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x89PNG\r\n\x00\xff\r\n--B--\r\n"
    )
    request = V3("POST", "/v3/merchant/media/upload", body)
    made = signature(request.text() if whole else replace(request, body=meta).text())
    sent = request.sent(made)
    headers = [each for each in sent.headers if each[0] != "Content-Type"]
    return replace(sent, headers=(*headers, ("Content-Type", "multipart/form-data; boundary=B")))


UPLOAD = _upload(whole=False)


def _without(message: Message, name: str) -> Message:
    return replace(message, headers=tuple(each for each in message.headers if each[0] != name))


def _hash(request: V3, name: str) -> str:
    return hashlib.new(name, request.text() + b"key").hexdigest().upper()


def _decoded() -> Message:
    """A callback with a + in it, which PHP's urldecode made a blank."""
    sent = b'{"resource":{"ciphertext":"a+b/c+d=="}}'
    made = f"{NOW}\n{NONCE}\n".encode() + sent + b"\n"
    return callback(unquote_plus(sent.decode()).encode(), text=made)


def _printed() -> Message:
    return form(ASKED, f"b'{made(text(ASKED))}'")


REQUESTS: list[Plant] = [
    ("query-left-out", "one parameter", lambda: GET.signing(target=QUERY.partition("&")[0])),
    (
        "query-as-body",
        "as it stands",
        lambda: GET.signing(target=PATH, body=QUERY.partition("?")[2].encode()),
    ),
    (
        "query-as-body",
        "as JSON",
        lambda: GET.signing(body='{"mchid":"1900007291","x":"茶"}'.encode()),
    ),
    (
        "path-template",
        "Feign's",
        lambda: GET.signing(target=QUERY.replace("a%7Cb%20c", "{out_trade_no}")),
    ),
    (
        "path-template",
        "without its query",
        lambda: GET.signing(target=PATH.replace("a%7Cb%20c", ":out_trade_no")),
    ),
    ("path-other", "of another product", lambda: POST.signing(target=CREATE.replace("native", "jsapi"))),
    ("line-left-out", "no nonce yet", lambda: POST.signing(nonce="undefined")),
    ("line-left-out", "an empty nonce", lambda: POST.signing(nonce="")),
    ("line-left-out", "the method", lambda: POST.signing(_in_order("u", "t", "n", "b"))),
    ("line-left-out", "the timestamp", lambda: POST.signing(_in_order("m", "u", "n", "b"))),
    ("line-left-out", "timestamp and nonce", lambda: POST.signing(_in_order("m", "u", "b"))),
    ("lines-swapped", "time first", lambda: POST.signing(_in_order("t", "n", "m", "u", "b"))),
    ("lines-swapped", "body in the middle", lambda: POST.signing(_in_order("m", "u", "b", "t", "n"))),
    ("body-alone", "", lambda: POST.signing(BODY)),
    ("lines-indented", "four blanks", lambda: POST.signing(_literal(POST, "    "))),
    ("lines-indented", "eight, and the last line's", lambda: POST.signing(_literal(POST, " " * 8, " " * 8))),
    ("lines-indented", "a tab, of no body", lambda: GET.signing(_literal(GET, "\t"))),
    ("crlf", "all but the last", lambda: POST.signing(POST.text()[:-1].replace(b"\n", b"\r\n") + b"\n")),
    ("line-ends-written", "/n", lambda: POST.signing(POST.text().replace(b"\n", b"/n"))),
    (
        "nonce-in-other-case",
        "hyphens dropped",
        lambda: replace(POST, nonce=UUID.replace("-", "")).signing(nonce=UUID),
    ),
    (
        "nonce-in-other-case",
        "hyphens sent",
        lambda: replace(POST, nonce=UUID).signing(nonce=UUID.replace("-", "")),
    ),
    ("body-printed", "JavaScript's", lambda: POST.signing(body=b"[object Object]")),
    ("body-printed", "Python's", lambda: POST.signing(body=str(ORDER).encode())),
    ("body-printed", "of bytes", lambda: POST.signing(body=str(BODY).encode())),
    ("body-printed", "Java's", lambda: POST.signing(body=JAVA.encode())),
    ("body-printed", "Go's", lambda: POST.signing(body=GO.encode())),
    ("body-printed", "PHP's", lambda: POST.signing(body=b"Array")),
    ("body-in-quotes", "signed", lambda: POST.signing(body=json.dumps(BODY.decode()).encode())),
    (
        "body-in-quotes",
        "sent",
        lambda: replace(POST, body=json.dumps(BODY.decode(), ensure_ascii=False).encode()).signing(body=BODY),
    ),
    ("body-url-encoded", "", lambda: POST.signing(body=quote(BODY, safe="").encode())),
    ("body-hashed", "", lambda: POST.signing(body=hashlib.sha256(BODY).hexdigest().encode())),
    ("html-escaped", "by a filter", lambda: POST.signing(body=html.escape(BODY.decode()).encode())),
    ("utf-16", "C#", lambda: POST.signing(POST.text().decode().encode("utf-16-le"))),
    ("text-not-hashed", "rsautl", lambda: _short().sent(raw_block(_short().text()))),
    (
        "digest-unnamed",
        "of base64",
        lambda: POST.sent(raw_block(base64.b64encode(hashlib.sha256(POST.text()).digest()))),
    ),
    ("base64-printed", "b'…'", lambda: POST.sent(str(base64.b64encode(OWN)))),
    ("hex", "and then base64", lambda: POST.sent(base64.b64encode(OWN.hex().encode()).decode())),
    ("hash-for-signature", "v2's MD5", lambda: POST.sent(_hash(POST, "md5"))),
    ("hash-for-signature", "v2's HMAC", lambda: POST.sent(_hash(POST, "sha256"))),
    (
        "hash-for-signature",
        "in base64",
        lambda: POST.sent(hashlib.sha256(POST.text()).digest()),
    ),
    ("timestamp-otherwise", "with a point", lambda: POST.signing(stamp=f"{NOW}.0")),
    ("timestamp-otherwise", "of another zone", lambda: POST.signing(stamp=str(NOW + 8 * 3600))),
    ("line-end-too-many", "two", lambda: POST.signing(POST.text() + b"\n\n")),
    ("line-end-too-many", "empty lines", lambda: POST.signing(POST.text().replace(b"\n", b"\n\n"))),
    ("lines-indented", "blanks behind", lambda: POST.signing(POST.text().replace(b"\n", b" \n"))),
    ("line-ends-left-out", "tabs", lambda: POST.signing(POST.text().replace(b"\n", b"\t"))),
    ("line-ends-left-out", "bars", lambda: POST.signing(POST.text()[:-1].replace(b"\n", b"|"))),
    ("path-shortened", "a ? at the end", lambda: POST.signing(target=f"{CREATE}?")),
    ("method-other", "OPTIONS", lambda: POST.signing(method="OPTIONS")),
    ("charset", "Big5", lambda: POST.signing(body=BODY.decode().encode("big5", "replace"))),
    (
        "body-printed",
        "Ruby's",
        lambda: POST.signing(body=json.dumps(ORDER, ensure_ascii=False, separators=(", ", "=>")).encode()),
    ),
    ("html-escaped", "the query", lambda: GET.signing(target=QUERY.replace("&", "&amp;"))),
    ("body-rewritten", "numbers as texts", lambda: POST.signing(body=BODY.replace(b"1990", b'"1990"'))),
    ("body-rewritten", "numbers with a point", lambda: POST.signing(body=BODY.replace(b"1990", b"1990.0"))),
    ("body-member-left-out", "", lambda: POST.signing(body=BODY.replace(b',"out_trade_no":"GL1"', b""))),
    ("body-member-left-out", "of an object", lambda: POST.signing(body=BODY.replace(b'"total":1990', b""))),
    ("upload-signed-whole", "", lambda: _upload(whole=True)),
]


def _short() -> V3:
    return V3("GET", "/v3/certificates", b"")


CALLBACKS: list[Plant] = [
    ("html-escaped", "by a filter of the merchant's", lambda: callback(html.escape(RAW.decode()).encode())),
    ("body-url-encoded", "read as a form", lambda: callback((quote_plus(RAW.decode()) + "=").encode())),
    ("body-url-encoded", "decoded", _decoded),
    ("charset", "read as ISO-8859-1", lambda: callback(RAW.decode("latin-1").encode())),
    ("headers-missing", "dropped by a proxy", lambda: _without(callback(RAW), "Wechatpay-Nonce")),
    (
        "body-printed",
        "a framework's map",
        lambda: callback(RAW, text=f"{NOW}\n{NONCE}\n[object Object]\n".encode()),
    ),
    ("body-in-quotes", "kept as text", lambda: callback(json.dumps(RAW.decode()).encode())),
]


OF_ALIPAY: list[Plant] = [
    ("member-added", "format", lambda: asked(text({**ASKED, "format": "JSON"}))),
    ("charset-missing", "and signed", lambda: asked(text({**NAMELESS, "charset": "utf-8"}), NAMELESS)),
    (
        "members-out-of-order",
        "sign_type at the end",
        lambda: asked(text(ASKED, "sign_type") + "&sign_type=RSA2"),
    ),
    ("body-alone", "biz_content", lambda: asked(ASKED["biz_content"])),
    ("timestamp-otherwise", "Alipay's", lambda: asked(text({**ASKED, "timestamp": "2026-11-29 22:03:07"}))),
    ("html-escaped", "each &", lambda: asked(text(ASKED).replace("&", "&amp;"))),
    ("values-in-other-case", "charset", lambda: asked(text({**ASKED, "charset": "UTF-8"}))),
    ("values-in-other-case", "all", lambda: asked(text(ASKED).upper())),
    ("member-left-out", "two", lambda: asked(text(ASKED, "notify_url", "version"))),
    ("joined-otherwise", "a blank behind each &", lambda: asked(text(ASKED, between="& "))),
    ("joined-otherwise", "colons", lambda: asked("&".join(f"{n}:{ASKED[n]}" for n in sorted(ASKED)))),
    (
        "ends-written-otherwise",
        "the gateway's address",
        lambda: asked(f"https://openapi.alipay.com/gateway.do?{text(ASKED)}"),
    ),
    (
        "json-rewritten",
        "in quotes",
        lambda: asked(text({**ASKED, "biz_content": json.dumps(ASKED["biz_content"])})),
    ),
    ("auth-spaced", "V3, quotes", lambda: v3(lambda auth: lines(re.sub("=([^,]*)", r'="\1"', auth)))),
    ("words-written-otherwise", "yuan", lambda: envelope(canonical(totalAmount="19.90"))),
    ("values-in-other-case", "envelope", lambda: envelope(canonical().lower())),
    ("utf-16", "", lambda: asked(text(ASKED).encode("utf-16-le"))),
    ("base64-printed", "", _printed),
    ("auth-scheme-kept", "V3", lambda: v3(lambda auth: lines(f"ALIPAY-SHA256withRSA {auth}"))),
    ("auth-member-left-out", "V3", lambda: v3(lambda auth: lines(auth.partition(",")[2]))),
    ("lines-of-wechat", "V3", lambda: v3(_as_wechat)),
    ("lines-swapped", "V3, body first", lambda: v3(_body_first)),
    ("body-alone", "V3", lambda: v3(lambda auth: lines(auth).split(b"\n")[3])),
    ("words-written-otherwise", "Gson's doubles", lambda: envelope(canonical(totalAmount="1990.0"))),
    ("utf-16", "envelope", lambda: envelope(canonical().encode("utf-16-le"))),
    (
        "members-out-of-order",
        "envelope, timestamp last",
        lambda: envelope(canonical().replace(f"&timestamp={NOW}000", "") + f"&timestamp={NOW}000"),
    ),
]


def _as_wechat(auth: str) -> bytes:
    _, method, target, body = lines(auth).decode().splitlines()
    nonce = AUTH.partition("nonce=")[2].partition(",")[0]
    return f"{method}\n{target}\n{NOW}000\n{nonce}\n{body}\n".encode()


def _body_first(auth: str) -> bytes:
    first, method, target, body = lines(auth).decode().splitlines()
    return f"{body}\n{first}\n{method}\n{target}\n".encode()


UNLISTED: list[Plant] = [*REQUESTS, *CALLBACKS, *OF_ALIPAY]
