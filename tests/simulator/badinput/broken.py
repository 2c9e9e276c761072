"""Breaks good requests, by Hypothesis: what is inside before they are signed, what is around it, or both gone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from tests.simulator.badinput.customer import Customer, as_json
from tests.simulator.badinput.known import Known
from tests.simulator.badinput.message import Message
from tests.simulator.badinput.routes import NUMBERS, Good

MOST = 12
"""Requests of one example: what one leaves behind another may meet."""
NASTY: Sequence[object] = (
    None, True, False, 0, -1, 1, 1.5, -0.0, 1e308, 10**18, 2**63, -(2**63) - 1, 10**40, 10**4299,
    float("nan"), float("inf"), "", " ", "0", "-1", "1e9", "NaN", "null", "a" * 33, "a" * 5000, "龙" * 300,
    "\x00", "\r\n", "\ud800", "half \udfff", "\U0001f375", "\u202e", "%", "%2F..%2F", "{}", "'\"<>", "０１２",
    "2026-13-45", "0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31 23:59:59",
    "http://", "http://[", "http://[::1", "https://exa mple/", "http://127.0.0.1:99999/", "http://xn--/",
    "http://a" + ".b" * 100, "http://\ud800/", "https://u:p@host/", "javascript:alert(1)", "//x", "file:///etc/hosts",
    [], {}, [[]], [None], {"": None}, {"a": {"b": [1, {}]}}, [1] * 200, {"amount": 1}, {"total": 10**30},
)  # fmt: skip
"""What programs have choked on."""
HEADERS = (
    "authorization", "content-type", "content-type", "host", "accept", "x-mcp-version", "x-merchant-id", "cookie",
    "mcp-session-id", "mcp-protocol-version", "mcp-method", "mcp-name", "wechatpay-serial", "x-golive-console",
    "origin", "user-agent", "golive-merchant", "x-http-method-override", "alipay-root-cert-sn", "x-forwarded-for",
    "alipay-app-auth-token", "referer", "accept-encoding", "sec-fetch-site", "x-unknown",
)  # fmt: skip
VALUES = (
    b"", b"\xff\xfe", b"\xb2", b"Bearer", b"Bearer \xc3\xa9", b"a" * 3000, b"application/json; charset=undefined",
    b"multipart/form-data", b"multipart/form-data; boundary=", b"multipart/form-data; boundary=b",
    b"multipart/form-data; boundary=b; charset=undefined", b"multipart/form-data; boundary=b; charset=punycode",
    b"application/x-www-form-urlencoded; charset=utf-7", b"text/xml", b"WECHATPAY2-SHA256-RSA2048",
    b'WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="n",timestamp="9999999999999999999",serial_no="s",signature="x"',
    b"ALIPAY-SHA256withRSA app_id=,nonce=,timestamp=,sign=", b"ALIPAY-SHA256withRSA =,=,", b"2025-11-25", b"1900-01-01",
    b"[::1", b"[::1]:x", b"evil.example", b"http://[", b"null", b"GET", b"DELETE", b"openid=\xff; buyer_id=;;=",
    b"1, ,::1", b"::ffff:203.0.113.7",
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "BREW")
BODIES = (
    b"", b"{", b"null", b"[]", b'"', b"{}{}", b"\xef\xbb\xbf{}", b'{"amount": NaN}', b"[" * 20_000, b'{"a":' * 9_000,
    b'{"amount":{"total":' + b"9" * 5_000 + b"}}", b"\x00" * 99, b"\xff\xfe{}", "{}".encode("utf-16"), b"a=%", b"=&=;",
    b'--b\r\nContent-Disposition: form-data; name="code_url"\r\n\r\n\xff\r\n--b--\r\n', b"--b\r\n", b" " * 70_000,
    b'{"\\ud800":"\\udfff"}', b'{"a":1,"a":2}', b"biz_content=%ED%A0%80&charset=gbk&method=x", b"1e999",
)  # fmt: skip
ENDS = ("/", "//", "/..", "%2F", "%00", "/x", "%", "%ff", ";a=b", "?", "#")
PLACES = ("", "0", "9" * 5000, "9" * 17, "a" * 300, "龙", "\x00", "..", "a/b", "\ud800", "CLOSED", "%", "console.js")
_WAYS = ("good", "good", "member", "member", "member", "bytes", "cut", "around", "around", "unsigned", "path")
_PLACE = re.compile(r"\{(\w+)\}")

_texts = st.text(max_size=6)
_values: st.SearchStrategy[object] = st.sampled_from(NASTY) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_texts, inner, max_size=2),
    max_leaves=3,
)
_latin = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=9)


@st.composite
def some(draw: st.DrawFn, goods: Sequence[Good], customer: Customer, known: Known) -> list[Message]:
    """A few requests about one order, each good or broken in one way, in the order in which they are sent."""
    one = st.tuples(st.sampled_from(goods), st.sampled_from(_WAYS))
    pick = draw(st.integers(0, len(NUMBERS) - 1))
    return [_made(draw, good, way, customer, known, pick) for good, way in draw(st.lists(one, min_size=1, max_size=MOST))]


def _made(draw: st.DrawFn, good: Good, way: str, customer: Customer, known: Known, pick: int) -> Message:
    members: Any = None if good.members is None else _about(good.members, known, pick)
    query: Mapping[str, Any] = _about(good.query, known, pick)
    if way == "member" and members and (not query or draw(st.booleans())):
        members = _changed(draw, members)
    elif way == "member" and query:
        query = _changed(draw, query)
    elif way == "bytes":
        members = draw(st.sampled_from(BODIES) | st.binary(max_size=40))
    elif way == "cut":
        text = as_json(members)
        members = text[: draw(st.integers(0, len(text)))] + draw(st.binary(max_size=3))
    path = good.path
    for name in _PLACE.findall(path):
        right = _one(known.get(name, NUMBERS), pick)
        place = draw(st.sampled_from(PLACES)) if way in ("member", "path") else right
        path = path.replace(f"{{{name}}}", quote(place, safe="", errors="replace"))
    if way == "path":
        path += draw(st.sampled_from(ENDS))
    asked = urlencode({_text(name): _text(value) for name, value in query.items()}, errors="replace")
    target = f"{path}?{asked}" if asked else path
    message = good.seal(customer, good.route, good.method, target.replace("#", "%23"), members)
    if way == "around":
        value = draw(st.none() | st.sampled_from(VALUES) | _latin.map(lambda text: text.strip().encode("latin-1")))
        return message.with_header(draw(st.sampled_from(HEADERS)), value)
    if way == "unsigned":
        kept = tuple(each for each in message.headers if each[0] in (b"host", b"content-type"))
        return Message(good.route, draw(st.sampled_from(METHODS)), message.target, kept, message.body)
    return message


def _changed(draw: st.DrawFn, members: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with one member gone, spoilt or too many; or with one of a member's own."""
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


def _about(members: Any, known: Known, pick: int) -> Any:
    """The same about another order, with what was handed out for it."""
    if isinstance(members, Mapping):
        return {
            name: _one(known[name], pick) if name in known else _about(value, known, pick)
            for name, value in members.items()
        }
    return NUMBERS[pick] if members in NUMBERS else members


def _one(values: Sequence[str], pick: int) -> str:
    return values[pick % len(values)]


def _text(value: object) -> str:
    return value if isinstance(value, str) else as_json(value).decode("utf-8", "replace")
