"""Breaks good requests, by Hypothesis: what is inside before they are signed, and what is around it after."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from tests.badinput.customer import Customer, as_json
from tests.badinput.message import Message
from tests.badinput.routes import NUMBERS, Good

SHOTS = 12
"""Requests of one example at most: what one leaves behind another may meet."""
NASTY: Sequence[object] = (
    None, True, False, 0, -1, 1, 1.5, -0.0, 1e308, 10**18, 2**63, -(2**63) - 1, 10**40, 10**4299,
    float("nan"), float("inf"), "", " ", "0", "-1", "1e9", "NaN", "null", "a" * 33, "a" * 5000, "龙" * 300,
    "\x00", "\r\n", "\ud800", "\U0001f375", "\u202e", "%", "%2F..%2F", "{}", "[]", "'\"<>", "０１２",
    "2026-13-45", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31 23:59:59", "0001-01-01",
    "http://", "http://[", "http://[::1", "https://exa mple/", "http://127.0.0.1:99999/", "http://a" + ".b" * 200,
    "http://\ud800/", "http://xn--/", "https://u:p@host/", "javascript:alert(1)", "//x", "file:///etc/passwd",
    [], {}, [[]], [None], {"": None}, {"a": {"b": [1, {}]}}, [1] * 200, {"amount": 1}, {"total": 10**30},
)  # fmt: skip
"""What programs have choked on."""
HEADERS = (
    "authorization", "content-type", "host", "accept", "x-mcp-version", "x-merchant-id", "mcp-session-id",
    "mcp-protocol-version", "mcp-method", "mcp-name", "wechatpay-serial", "x-golive-console", "origin", "cookie",
    "user-agent", "golive-merchant", "x-http-method-override", "alipay-root-cert-sn", "alipay-app-auth-token",
    "x-forwarded-for", "referer", "accept-encoding", "sec-fetch-site", "x-unknown",
)  # fmt: skip
VALUES = (
    b"", b" ", b"\xff\xfe", b"\xb2", b"Bearer ", b"Bearer \xc3\xa9", b"a" * 3000, b"application/json; charset=undefined",
    b"multipart/form-data", b"multipart/form-data; boundary=", b"multipart/form-data; boundary=b; charset=undefined",
    b"application/x-www-form-urlencoded; charset=utf-7", b"text/xml", b"WECHATPAY2-SHA256-RSA2048 ",
    b'WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="n",timestamp="9999999999999999999",serial_no="s",signature="x"',
    b"ALIPAY-SHA256withRSA app_id=,nonce=,timestamp=,sign=", b"ALIPAY-SHA256withRSA =,=,", b"2025-11-25", b"1900-01-01",
    b"[::1", b"[::1]:x", b"evil.example", b"http://[", b"null", b"GET", b"DELETE", b"openid=\xff; buyer_id=;;=", b"1, ,::1",
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "BREW")
BODIES = (
    b"", b"{", b"null", b"[]", b'"', b"{}{}", b"\xef\xbb\xbf{}", b'{"amount": NaN}', b"[" * 20_000, b'{"a":' * 9_000,
    b'{"amount":{"total":' + b"9" * 5_000 + b"}}", b"\x00" * 99, b"\xff\xfe{}", "{}".encode("utf-16"), b"a=%", b"=&=&;",
    b'--b\r\nContent-Disposition: form-data; name="code_url"\r\n\r\n\xff\r\n--b--\r\n', b"--b\r\n", b" " * 70_000,
    b'{"\\ud800":"\\udfff"}', b'{"a":1,"a":2}', b"biz_content=%ED%A0%80&charset=gbk&method=x", b"1e999",
)  # fmt: skip

_texts = st.text(max_size=6)
_values: st.SearchStrategy[object] = st.sampled_from(NASTY) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_texts, inner, max_size=2),
    max_leaves=3,
)
_places = st.sampled_from(
    (*NUMBERS * 3, "", "0", "9" * 5000, "a" * 300, "龙", "\x00", "..", "a/b", "\ud800", "CLOSED", "%", "app.js", "é")
)
_WAYS = ("good", "member", "member", "member", "bytes", "cut", "around", "around", "unsigned", "path")


@st.composite
def shots(draw: st.DrawFn, goods: Sequence[Good], customer: Customer) -> list[Message]:
    """A few requests, one after another."""
    one = st.tuples(st.sampled_from(goods), st.sampled_from(_WAYS), st.randoms(use_true_random=False))
    del one
    return [draw(shot(goods, customer)) for _ in range(draw(st.integers(1, SHOTS)))]


@st.composite
def shot(draw: st.DrawFn, goods: Sequence[Good], customer: Customer) -> Message:
    """One request, broken in one way or not at all."""
    good, way = draw(st.sampled_from(goods)), draw(st.sampled_from(_WAYS))
    members: Any = _about(good.members, draw(st.sampled_from(NUMBERS)))
    query: Mapping[str, Any] = good.query
    if way == "member":
        if members and (not query or draw(st.booleans())):
            members = _changed(draw, members)
        elif query:
            query = _changed(draw, query)
    elif way == "bytes":
        members = draw(st.sampled_from(BODIES) | st.binary(max_size=40))
    elif way == "cut" and members:
        text = as_json(members)
        members = text[: draw(st.integers(0, len(text)))] + draw(st.binary(max_size=3))
    elif way == "cut":
        query = {draw(_texts): draw(_texts)}
    path = good.path
    for name in _placeholders(path):
        path = path.replace(f"{{{name}}}", _quoted(draw(_places)))
    if way == "path":
        path += draw(st.sampled_from(("/", "//", "/..", "%2F", "%00", "/x", "%", "%ff", ";a=b")))
    text = urlencode({_text(name): _text(value) for name, value in query.items()}, errors="replace")
    message = good.seal(customer, good.route, good.method, f"{path}?{text}" if text else path, members)
    if way == "around":
        name = draw(st.sampled_from(HEADERS))
        message = message.with_header(name, draw(st.none() | st.sampled_from(VALUES) | _header))
    elif way == "unsigned":
        kept = tuple(each for each in message.headers if each[0] in (b"host", b"content-type"))
        message = Message(good.route, draw(st.sampled_from(METHODS)), message.target, kept, message.body)
    return message


_header = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=9).map(
    lambda text: text.strip().encode("latin-1")
)


def _changed(draw: st.DrawFn, members: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with one member gone, spoilt or too many; or one of a member's own."""
    name = draw(st.sampled_from(sorted(members)))
    inner = members[name]
    if isinstance(inner, dict) and inner and draw(st.booleans()):
        return {**members, name: _changed(draw, inner)}
    if isinstance(inner, list) and inner and isinstance(inner[0], dict) and draw(st.booleans()):
        return {**members, name: [_changed(draw, inner[0]), *inner[1:]]}
    do = draw(st.sampled_from(("spoil", "spoil", "spoil", "drop", "add")))
    if do == "drop":
        return {each: value for each, value in members.items() if each != name}
    return {**members, (draw(_texts) if do == "add" else name): draw(_values)}


def _about(members: Any, number: str) -> Any:
    """The same about another order."""
    if isinstance(members, dict):
        return {name: _about(value, number) for name, value in members.items()}
    return number if members == NUMBERS[0] else members


def _placeholders(path: str) -> list[str]:
    return [found for _, found, _, _ in string.Formatter().parse(path) if found]


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _text(value: object) -> str:
    return value if isinstance(value, str) else as_json(value).decode()
