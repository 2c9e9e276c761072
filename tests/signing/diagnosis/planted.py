"""Mistakes as people make them: what each signs and sends, written without the tables that find them out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from urllib.parse import quote, unquote

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import MD5, SHA1, SHA256, SHA512, HashAlgorithm

from harness.core.control import Text
from harness.signing import keys
from harness.signing.diagnosis import keyring
from harness.signing.diagnosis.keyring import Keyring, NamedKey
from harness.signing.diagnosis.message import Kind, Message

KEY, SECOND, MCP, STRANGER = (keys.generate() for _ in range(4))
SERIAL, SECOND_SERIAL, PLATFORM_SERIAL = "0A8B07E79B8269FEC3D5D3E6AB8ED163A6A380DB", "5" * 40, "7" * 40
NOW = int(time.time())
HOST = "pay.example.com"
ORDER = {
    "appid": "wx2421b1c4370ec43b",
    "description": "龙井 250 克 <春>",
    "out_trade_no": "GL1",
    "notify_url": "https://shop.example.com/notify",
    "amount": {"total": 1990},
}
BODY = json.dumps(ORDER, ensure_ascii=False, separators=(",", ":")).encode()
CREATE = "/v3/pay/transactions/native"
QUERY = "/v3/pay/transactions/out-trade-no/a%7Cb%20c?mchid=1900007291&x=%E8%8C%B6"
SHA_1, MD_5 = SHA1(), MD5()  # noqa: S303 - what people sign with
BOM = b"\xef\xbb\xbf"


def ring(kind: Kind) -> Keyring:
    """What an account of ours has: two certificates, and a key for something else."""
    del kind
    right = (
        NamedKey(keyring.MERCHANT, KEY.public_key(), SERIAL),
        NamedKey(Text.same("second"), SECOND.public_key(), SECOND_SERIAL),
    )
    return Keyring(right, (NamedKey(keyring.MCP, MCP.public_key()),), frozenset({PLATFORM_SERIAL}))


def signature(
    text: bytes, *, key: RSAPrivateKey = KEY, digest: HashAlgorithm | None = None, pss: bool = False
) -> bytes:
    """A signature as a library makes it."""
    if pss:
        return key.sign(text, PSS(MGF1(SHA256()), 32), SHA256())
    return key.sign(text, PKCS1v15(), digest or SHA256())


def bare(text: bytes) -> bytes:
    """The digest alone, encrypted with the private key: what `privateEncrypt(sha256(text))` gives."""
    numbers = KEY.private_numbers()
    digest = hashlib.sha256(text).digest()
    block = b"\0\1" + b"\xff" * (256 - 3 - len(digest)) + b"\0" + digest
    modulus = numbers.public_numbers.n
    return pow(int.from_bytes(block), numbers.d, modulus).to_bytes(256)


@dataclass(frozen=True)
class V3:
    """A request of API v3. `lines` are what is signed, `text` the bytes, where they are none of lines."""

    method: str = "POST"
    target: str = CREATE
    body: bytes = BODY
    stamp: str = str(NOW)
    nonce: str = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
    serial: str = SERIAL
    form: str = '{0} mchid="1900007291",nonce_str="{1}",timestamp="{2}",serial_no="{3}",signature="{4}"'

    def text(self) -> bytes:
        """What is to be signed."""
        head = f"{self.method}\n{self.target}\n{self.stamp}\n{self.nonce}\n".encode()
        return head + self.body + b"\n"

    def sent(self, made: bytes | str) -> Message:
        """It with that signature."""
        told = made if isinstance(made, str) else base64.b64encode(made).decode()
        header = self.form.format("WECHATPAY2-SHA256-RSA2048", self.nonce, self.stamp, self.serial, told)
        headers = (("Host", HOST), ("Authorization", header), ("Content-Type", "application/json"))
        return Message(headers=headers, body=self.body, method=self.method, target=self.target)

    def signing(self, text: bytes | None = None, /, **otherwise: object) -> Message:
        """It, signed over that text, or over its own with some parts otherwise."""
        over = replace(self, **otherwise).text() if text is None else text  # type: ignore[arg-type]
        return self.sent(signature(over))


POST = V3()
GET = V3("GET", QUERY, b"")
GET_PLAIN = V3("GET", QUERY.partition("?")[0], b"")


def _pretty(indent: int) -> bytes:
    return json.dumps(ORDER, ensure_ascii=False, indent=indent).encode()


def _written(**how: object) -> bytes:
    return json.dumps(ORDER, **how).encode()  # type: ignore[arg-type]


def _capitals(body: bytes) -> bytes:
    return re.sub(rb"\\u[0-9a-f]{4}", lambda found: b"\\u" + found[0][2:].upper(), body)


def _lower(target: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), target)


def _turned(target: str) -> str:
    path, _, query = target.partition("?")
    return path + "?" + "&".join(reversed(query.split("&")))


def _encoded(made: bytes) -> str:
    return base64.b64encode(made).decode()


def _wrapped(made: bytes) -> str:
    text = _encoded(made)
    return "\n".join(text[begin : begin + 76] for begin in range(0, len(text), 76))


def _url_safe() -> Message:
    # Some signatures have neither + nor /, and are the same either way.
    for number in count():
        request = replace(POST, nonce=f"N{number}")
        text = base64.urlsafe_b64encode(signature(request.text())).decode()
        if {*"-_"} & {*text}:
            return request.sent(text)
    raise AssertionError


OWN = signature(POST.text())
Plant = tuple[str, str, Callable[[], Message]]
"""The true cause, a word on how it came about, and the message."""

APIV3: list[Plant] = [
    ("query-left-out", "the path alone", lambda: GET.signing(target=QUERY.partition("?")[0])),
    ("query-reordered", "sorted otherwise", lambda: GET.signing(target=_turned(QUERY))),
    ("path-encoded-again", "decoded", lambda: GET.signing(target=unquote(QUERY))),
    ("path-encoded-again", "encoded twice", lambda: GET.signing(target=quote(QUERY, safe="/?=&"))),
    ("path-encoded-again", "lower hex", lambda: GET.signing(target=QUERY.replace("%7C", "%7c"))),
    ("path-encoded-again", "query decoded", lambda: GET.signing(target=QUERY.replace("%E8%8C%B6", "茶"))),
    ("path-encoded-again", "+ in the path", lambda: GET.signing(target=QUERY.replace("%20", "+", 1))),
    (
        "path-encoded-again",
        "twice, * kept",
        lambda: replace(GET, target="/v3/%3C?q=~x*").signing(target="/v3/%253C?q=~x*"),
    ),
    (
        "path-encoded-again",
        "as Java's URLEncoder",
        lambda: replace(GET, target="/v3/x?q=~x%2A").signing(target="/v3/x?q=%7Ex*"),
    ),
    ("path-encoded-again", "both of it in lower hex", lambda: GET.signing(target=_lower(QUERY))),
    (
        "path-encoded-again",
        "as Java, with an & in a value",
        lambda: replace(GET, target="/v3/x?a=%26%20&b=~").signing(target="/v3/x?a=%26+&b=%7E"),
    ),
    ("whole-address", "with scheme", lambda: GET.signing(target=f"https://{HOST}{QUERY}")),
    ("whole-address", "live host", lambda: POST.signing(target=f"https://api.mch.weixin.qq.com{CREATE}")),
    ("path-shortened", "without /v3", lambda: POST.signing(target=CREATE.removeprefix("/v3"))),
    ("path-shortened", "slash at the end", lambda: POST.signing(target=CREATE + "/")),
    ("method-lower-case", "post", lambda: POST.signing(method="post")),
    ("method-lower-case", "get", lambda: GET.signing(method="get")),
    ("method-other", "GET for POST", lambda: POST.signing(method="GET")),
    ("last-line-end-missing", "of a body", lambda: POST.signing(POST.text()[:-1])),
    ("last-line-end-missing", "of no body", lambda: GET.signing(GET.text()[:-1])),
    ("last-line-end-missing", "four lines trimmed", lambda: GET.signing(GET.text().strip())),
    (
        "line-end-of-body",
        "no LF after it",
        lambda: (file := replace(POST, body=BODY + b"\n")).signing(file.text()[:-1]),
    ),
    ("line-end-too-many", "of a body that was trimmed", lambda: POST.signing(body=BODY + b"\n")),
    ("line-end-too-many", "println", lambda: POST.signing(POST.text() + b"\n")),
    ("crlf", "every line", lambda: POST.signing(POST.text().replace(b"\n", b"\r\n"))),
    ("line-ends-written", "single quotes", lambda: POST.signing(POST.text().replace(b"\n", b"\\n"))),
    ("line-ends-left-out", "joined", lambda: POST.signing(POST.text().replace(b"\n", b""))),
    ("lines-swapped", "nonce first", lambda: POST.signing(stamp=POST.nonce, nonce=POST.stamp)),
    ("signed-as-answer", "three lines", lambda: POST.signing(POST.text().split(b"\n", 2)[2])),
    ("nonce-in-other-case", "lower", lambda: POST.signing(nonce=POST.nonce.lower())),
    ("clock-read-twice", "a second later", lambda: POST.signing(stamp=str(NOW + 1))),
    ("milliseconds", "in the text alone", lambda: POST.signing(stamp=f"{NOW}417")),
    ("milliseconds", "in the header alone", lambda: replace(POST, stamp=f"{NOW}417").signing(stamp=str(NOW))),
    ("milliseconds", "in both", lambda: replace(POST, stamp=f"{NOW}417").signing()),
    ("stale-clock", "ten minutes ago", lambda: replace(POST, stamp=str(NOW - 600)).signing()),
    ("stale-clock", "eight hours ahead", lambda: replace(POST, stamp=str(NOW + 8 * 3600)).signing()),
    ("timestamp-unreadable", "a date", lambda: replace(POST, stamp="2026-11-30T09:00:00").signing()),
    ("empty-body-written", "{}", lambda: GET.signing(body=b"{}")),
    ("empty-body-written", "undefined", lambda: GET.signing(body=b"undefined")),
    ("body-left-out", "POST", lambda: POST.signing(body=b"")),
    ("body-left-out", "and its line", lambda: POST.signing(b"\n".join(POST.text().split(b"\n")[:4]) + b"\n")),
    ("bom", "of the body sent", lambda: replace(POST, body=BOM + BODY).signing(body=BODY)),
    ("bom", "of the text", lambda: POST.signing(BOM + POST.text())),
    (
        "body-crlf",
        "sent",
        lambda: replace(POST, body=_pretty(3).replace(b"\n", b"\r\n")).signing(body=_pretty(3)),
    ),
    ("body-trimmed", "blanks sent", lambda: replace(POST, body=b" " + BODY + b"  ").signing(body=BODY)),
    ("line-end-of-body", "sent, not signed", lambda: replace(POST, body=BODY + b"\n").signing(body=BODY)),
    ("gbk", "signed", lambda: POST.signing(body=BODY.decode().encode("gbk"))),
    ("gbk", "sent", lambda: replace(POST, body=BODY.decode().encode("gbk")).signing(body=BODY)),
    (
        "gbk",
        "sent, with what only its successor has",
        lambda: replace(POST, body='{"a":"𠮷😀龙"}'.encode("gb18030")).signing(
            body='{"a":"𠮷😀龙"}'.encode()
        ),
    ),
    ("charset", "question marks", lambda: POST.signing(body=BODY.decode().encode("ascii", "replace"))),
    ("charset", "mojibake", lambda: POST.signing(body=BODY.decode("latin-1").encode())),
    ("body-rewritten", "blanks", lambda: POST.signing(body=_written(ensure_ascii=False))),
    ("body-rewritten", "sorted", lambda: POST.signing(body=_written(ensure_ascii=False, sort_keys=True))),
    ("body-rewritten", "escapes", lambda: POST.signing(body=_written(separators=(",", ":")))),
    ("body-rewritten", "PHP's slashes", lambda: POST.signing(body=BODY.replace(b"/", b"\\/"))),
    (
        "body-rewritten",
        "Go's brackets",
        lambda: POST.signing(body=BODY.replace(b"<", b"\\u003c").replace(b">", b"\\u003e")),
    ),
    ("body-rewritten", "pretty sent", lambda: replace(POST, body=_pretty(2)).signing(body=BODY)),
    (
        "body-rewritten",
        "escapes in capitals",
        lambda: POST.signing(body=_capitals(_written(separators=(",", ":")))),
    ),
    (
        "body-rewritten",
        "Gson's escapes",
        lambda: replace(POST, body=b'{"a":"<b=\'c\'&>"}').signing(
            body=b'{"a":"\\u003cb\\u003d\\u0027c\\u0027\\u0026\\u003e"}'
        ),
    ),
    (
        "body-rewritten",
        "those of System.Text.Json",
        lambda: replace(POST, body='{"a":"<龙\\"+"}'.encode()).signing(
            body=b'{"a":"\\u003C\\u9F99\\u0022\\u002B"}'
        ),
    ),
    ("body-pretty-printed", "by three", lambda: POST.signing(body=_pretty(3))),
    ("body-pretty-printed", "by two", lambda: POST.signing(body=_pretty(2))),
    ("body-pretty-printed", "by four", lambda: POST.signing(body=_pretty(4))),
    ("hashed-twice", "raw", lambda: POST.signing(hashlib.sha256(POST.text()).digest())),
    ("hashed-twice", "hex", lambda: POST.signing(hashlib.sha256(POST.text()).hexdigest().encode())),
    ("text-in-base64", "", lambda: POST.signing(base64.b64encode(POST.text()))),
    ("authorization-form", "blanks", lambda: replace(POST, form=V3.form.replace(",", ", ")).signing()),
    ("authorization-form", "no quotes", lambda: replace(POST, form=V3.form.replace('"', "")).signing()),
    ("signature-missing", "", lambda: POST.sent("")),
    ("wrong-serial", "of another certificate", lambda: replace(POST, serial=SECOND_SERIAL).signing()),
    ("wrong-serial", "of nobody", lambda: replace(POST, serial="9" * 40).signing()),
    ("serial-of-the-platform", "", lambda: replace(POST, serial=PLATFORM_SERIAL).signing()),
    ("serial-written-otherwise", "decimal", lambda: replace(POST, serial=str(int(SERIAL, 16))).signing()),
    ("serial-written-otherwise", "no zero", lambda: replace(POST, serial=SERIAL.lstrip("0")).signing()),
    ("wrong-key", "of another interface", lambda: POST.sent(signature(POST.text(), key=MCP))),
    ("sha-1", "", lambda: POST.sent(signature(POST.text(), digest=SHA_1))),
    ("digest-other", "MD5", lambda: POST.sent(signature(POST.text(), digest=MD_5))),
    ("digest-other", "SHA-512", lambda: POST.sent(signature(POST.text(), digest=SHA512()))),
    ("digest-unnamed", "", lambda: POST.sent(bare(POST.text()))),
    ("pss", "", lambda: POST.sent(signature(POST.text(), pss=True))),
    ("base64-blanks", "wrapped", lambda: POST.sent(_wrapped(OWN).replace("\n", " "))),
    ("base64-line-ends-written", "", lambda: POST.sent(_wrapped(OWN).replace("\n", "\\n"))),
    ("base64-url-safe", "", _url_safe),
    ("base64-unpadded", "", lambda: POST.sent(_encoded(OWN).rstrip("="))),
    ("base64-twice", "", lambda: POST.sent(_encoded(_encoded(OWN).encode()))),
    ("hex", "", lambda: POST.sent(OWN.hex())),
]
