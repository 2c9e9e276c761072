"""A message is the same message in whatever a stack printed it, and what was cut short is refused."""

from __future__ import annotations

import base64
import codecs
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.core.errors import UsageError
from harness.signing.diagnosis.diagnose import diagnose
from harness.signing.diagnosis.http_file import message_in
from harness.signing.diagnosis.message import Message
from harness.signing.diagnosis.result import State
from tests.signing.diagnosis.planted import BODY, GET, NOW, POST, QUERY, ring
from tests.signing.diagnosis.planted_members import ASKED, asked, canonical, envelope, text
from tests.signing.diagnosis.planted_messages import RAW, callback, lines, v3

HOST = "https://api.mch.weixin.qq.com"
CONTINUED = f"GET {HOST}{QUERY.replace('?', chr(10) + '    ?').replace('&', chr(10) + '    &')} HTTP/1.1"


def head(message: Message, *, end: str = "\r\n", lower: bool = False, more: tuple[str, ...] = ()) -> str:
    """Request line or status line, and headers."""
    first = f"{message.method} {message.target} HTTP/1.1" if message.method else "HTTP/1.1 200 OK"
    named = [f"{name.lower() if lower else name}: {value}" for name, value in message.headers]
    return end.join([first, *named, *more, "", ""])


def raw(
    message: Message, body: bytes | None = None, *more: str, end: str = "\r\n", lower: bool = False
) -> bytes:
    """A file of it."""
    return head(message, end=end, lower=lower, more=more).encode() + (message.body if body is None else body)


def sized(message: Message) -> str:
    return f"Content-Length: {len(message.body)}"


def _folded(message: Message) -> bytes:
    """As a log breaks long headers into lines."""
    wrapped = re.sub(r"(,|[A-Za-z0-9+/]{76})(?=[A-Za-z0-9+/])", r"\1@", head(message))
    return wrapped.replace("@", "\r\n\t").encode() + message.body


def _chunked(message: Message) -> bytes:
    half = len(message.body) // 2
    pieces = [each for each in (message.body[:half], message.body[half:]) if each]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"
    return raw(message, chunks, "Transfer-Encoding: chunked")


def _zipped(message: Message) -> bytes:
    packed = gzip.compress(message.body)
    return raw(message, packed, "Content-Encoding: gzip", f"Content-Length: {len(packed)}")


def _har(message: Message, *, encoding: str = "", part: bool = False) -> bytes:
    content = {"text": message.body.decode()}
    if encoding:
        content = {"text": base64.b64encode(message.body).decode(), "encoding": encoding}
    headers = [{"name": name.lower(), "value": value} for name, value in (*message.headers, (":path", "/"))]
    headers.append({"name": "content-length", "value": str(len(message.body))})
    told: dict[str, object]
    entry: dict[str, object]
    if message.method:
        told = {
            "method": message.method,
            "url": HOST + message.target,
            "headers": headers,
            "postData": content,
        }
        entry = {"request": told, "response": {"status": 401, "headers": [], "content": {}}}
    else:
        told = {"status": 200, "headers": headers, "content": content}
        entry = {"response": told}
    return json.dumps(told if part else {"log": {"version": "1.2", "entries": [entry]}}, indent=2).encode()


def _http_client(message: Message) -> bytes:
    """`http.client` with `debuglevel = 1`: what requests and urllib3 print."""
    sent = raw(message, b"", sized(message))
    body = f"send: {message.body!r}\n" if message.body else ""
    return f"send: {sent!r}\n{body}reply: 'HTTP/1.1 401 Unauthorized\\r\\n'\nheader: Server: x\n".encode()


def _ok_http(message: Message) -> bytes:
    first = (
        f"--> {message.method} {HOST}{message.target} h2" if message.method else f"<-- 200 {HOST}/x (12ms)"
    )
    rest = head(message, end="\n", more=(sized(message),)).split("\n", 1)[1]
    if not message.body:
        return f"{first}\n{rest.rstrip()}\n--> END {message.method}\n".encode()
    mark = "--> END POST" if message.method else "<-- END HTTP"
    return f"{first}\n{rest}".encode() + message.body + f"\n{mark} ({len(message.body)}-byte body)\n".encode()


def _wire(message: Message) -> bytes:
    """Apache HttpClient's `org.apache.http.wire`."""
    told = [f"{line}[\\r][\\n]" for line in head(message, more=(sized(message),)).split("\r\n")[:-1]]
    if message.body:
        told.append("".join(chr(each) if 32 <= each < 127 else f"[0x{each:x}]" for each in message.body))
    return "".join(f'12:00:01 DEBUG wire - http-outgoing-0 >> "{each}"\n' for each in told).encode()


def _curl(message: Message) -> bytes:
    said = "".join(f"> {line}\r\n" for line in head(message).split("\r\n")[:-1])
    return (
        f"* Trying 127.0.0.1:443...\n{said}< HTTP/1.1 401 Unauthorized\r\n< Server: x\r\n< \r\n{{}}".encode()
    )


Written = Callable[[Message], bytes]
WAYS: dict[str, Written] = {
    "CRLF": lambda each: raw(each, None, sized(each)),
    "LF, and no length": lambda each: raw(each, end="\n"),
    "names in lower case": lambda each: raw(each, None, sized(each), lower=True),
    "a BOM": lambda each: codecs.BOM_UTF8 + raw(each),
    "a line end of an editor's": lambda each: raw(each, each.body + b"\n", sized(each)),
    "tabs": lambda each: (
        head(each).replace(": ", ":\t").replace(" HTTP/1.1", "\tHTTP/1.1", 1).encode() + each.body
    ),
    "an empty line of blanks": lambda each: (
        head(each, end="\n").removesuffix("\n").encode() + b"  \n" + each.body
    ),
    "folded headers": _folded,
    "chunks": _chunked,
    "chunks, put together": lambda each: raw(each, None, "Transfer-Encoding: chunked"),
    "gzip": _zipped,
    "gzip, unpacked": lambda each: raw(each, None, "Content-Encoding: gzip", "Content-Length: 77"),
    "HAR": _har,
    "HAR in base64": lambda each: _har(each, encoding="base64"),
    "a part of HAR": lambda each: _har(each, part=True),
    "PowerShell's redirection": lambda each: raw(each).decode().encode("utf-16"),
}
OF_REQUESTS: dict[str, Written] = {
    "http.client": _http_client,
    "OkHttp": _ok_http,
    "Apache's wire log": _wire,
    "an address without scheme": lambda each: raw(each).replace(b" /", b" api.mch.weixin.qq.com/", 1),
    "a name and a port": lambda each: raw(each).replace(b" /", b" localhost:8765/", 1),
}
GENUINE: dict[str, Message] = {
    "POST": POST.signing(),
    "GET": GET.signing(),
    "callback": callback(RAW),
    "answer": replace(callback(RAW), method="", target=""),
    "Alipay's gateway": asked(text(ASKED)),
    "Alipay's V3": v3(lines),
    "envelope": envelope(canonical()),
}
CASES = [
    (way, name)
    for name, message in GENUINE.items()
    for way in (WAYS | OF_REQUESTS if message.method else WAYS)
]


@pytest.mark.parametrize(("way", "name"), CASES, ids=[f"{name}: {way}" for way, name in CASES])
def test_a_genuine_message_holds_however_it_was_kept(way: str, name: str) -> None:
    message = GENUINE[name]
    read = message_in((WAYS | OF_REQUESTS)[way](message), "x.http")
    assert (read.method, read.target, read.body) == (message.method, message.target, message.body)
    assert diagnose(read, ring, now=NOW).state is State.HOLDS


@pytest.mark.parametrize("way", [*WAYS, *OF_REQUESTS])
@pytest.mark.parametrize(
    ("cause", "wrong"),
    [
        ("method-lower-case", POST.signing(method="post")),
        ("query-left-out", GET.signing(target=QUERY.partition("?")[0])),
        ("sign-type-dropped", asked(text(ASKED, "sign_type"))),
    ],
)
def test_a_mistake_is_named_however_it_was_kept(way: str, cause: str, wrong: Message) -> None:
    read = message_in((WAYS | OF_REQUESTS)[way](wrong), "x.http")
    assert diagnose(read, ring, now=NOW).cause == cause


def test_an_answer_of_okhttp_and_a_request_of_curl_are_read() -> None:
    for read, message in ((_ok_http, GENUINE["answer"]), (_curl, GENUINE["GET"])):
        found = message_in(read(message), "x.http")
        assert diagnose(found, ring, now=NOW).state is State.HOLDS


def test_a_query_over_several_lines_is_one() -> None:
    written = raw(GET.signing()).decode().split("\r\n", 1)[1]
    found = message_in(f"{CONTINUED}\n{written}".encode(), "x.http")
    assert diagnose(found, ring, now=NOW).state is State.HOLDS


UNPACKABLE = gzip.compress(BODY)
CUT: list[tuple[bytes, str]] = [
    (raw(POST.signing()).replace(b"\r\n\r\n", b"\r\n"), "a line that is no header"),
    (raw(POST.signing(), None, f"Content-Length: {len(BODY) + 1}"), "Content-Length says"),
    (raw(POST.signing(), UNPACKABLE[:-9], "Content-Encoding: gzip"), "packed (gzip)"),
    (raw(POST.signing(), b"\xce\xb2\xcf\xff", "Content-Encoding: br"), "packed (br)"),
    (raw(POST.signing(), BODY + b"\n\n### the next\nGET / HTTP/1.1\n"), "another request follows"),
    (raw(POST.signing()).replace(b" /v3", b" {{host}}/v3", 1), "which is no path"),
    (
        _curl(replace(POST.signing(), headers=(*POST.signing().headers, ("Content-Length", "9")))),
        "shows no body",
    ),
    (_ok_http(POST.signing()).rpartition(b"\n-->")[0], "its end is missing"),
    (_http_client(POST.signing()).replace(b"send: b'{", b"send: b'\\x{"), "no literal of Python"),
    (b'{"log":{"entries":[{},{}]}}', "2 entries of HAR"),
    (b'{"method":"GET","headers":[]}', "no whole entry of HAR"),
    (b'{"log":1}', "0 entries of HAR"),
    (b"{}", "neither a request line nor a status line"),
]


@pytest.mark.parametrize(("written", "why"), CUT, ids=[why for _, why in CUT])
def test_what_is_not_whole_is_refused_and_nobody_accused(written: bytes, why: str) -> None:
    with pytest.raises(UsageError) as refused:
        message_in(written, "x.http")
    assert why in str(refused.value)
