"""Merchants in other people's styles: each verifies by itself, and answers as its framework or author would.

What they share is the reading of a notice; what tells them apart is how they answer, and when.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from harness.callbacks.callback import Issuer

PRICE = 1990
WINDOW_S = 300


@dataclass(frozen=True)
class Reply:
    """An answer; the status 0 is none at all."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What a notice says, once its signature was verified."""

    number: str
    total: int
    paid: int
    """By the payer, without coupons."""
    members: frozenset[str]


@dataclass
class Request:
    """One notice as it arrived."""

    headers: Mapping[str, list[str]]
    body: bytes
    form: str
    issuer: Issuer
    window: bool = True
    """Whether moments are looked at."""

    def told(self) -> Told | None:
        """None: it is not believed."""
        with suppress(ValueError, KeyError, TypeError, InvalidSignature, InvalidTag):
            return {"apiv3": self._apiv3, "alipay": self._alipay, "envelope": self._envelope}[self.form]()
        return None

    def _verified(self, signature: str, text: bytes) -> None:
        raw = base64.b64decode(signature, validate=True)
        self.issuer.private_key.public_key().verify(raw, text, PKCS1v15(), SHA256())

    def _moment(self, seconds: float) -> None:
        if self.window and abs(time.time() - seconds) > WINDOW_S:
            raise ValueError("stale")

    def _apiv3(self) -> Told:
        (moment,), (nonce,), (signature,), (serial,) = (
            self.headers[f"wechatpay-{name}"] for name in ("timestamp", "nonce", "signature", "serial")
        )
        if serial != self.issuer.serial:
            raise ValueError("unknown serial")
        self._moment(int(moment))
        self._verified(signature, f"{moment}\n{nonce}\n".encode() + self.body + b"\n")
        seal = json.loads(self.body)["resource"]
        opened = AESGCM(self.issuer.apiv3_key.encode()).decrypt(
            seal["nonce"].encode(), base64.b64decode(seal["ciphertext"]), seal["associated_data"].encode()
        )
        told = json.loads(opened)
        amount = told["amount"]
        return Told(told["out_trade_no"], amount["total"], amount["payer_total"], frozenset(told))

    def _alipay(self) -> Told:
        pairs = parse_qsl(self.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
        members = dict(pairs)
        if len(members) != len(pairs) or members["sign_type"] != "RSA2":
            raise ValueError("not as Alipay sends it")
        text = "&".join(f"{name}={members[name]}" for name in sorted({*members} - {"sign", "sign_type"}))
        self._verified(members["sign"], text.encode())
        fen = {
            name: round(float(members.get(name, 0)) * 100) for name in ("total_amount", "buyer_pay_amount")
        }
        names = frozenset(members)
        return Told(members["out_trade_no"], fen["total_amount"], fen["buyer_pay_amount"], names)

    def _envelope(self) -> Told:
        members: dict[str, Any] = json.loads(self.body)
        texts = {name: _as_javascript(value) for name, value in members.items() if value not in ("", None)}
        text = "&".join(f"{name}={texts[name]}" for name in sorted({*texts} - {"signature"}))
        self._verified(members["signature"], text.encode())
        self._moment(members["timestamp"] / 1000)
        total = members["totalAmount"]
        return Told(members["outTradeNo"], total, total, frozenset(members))


def _as_javascript(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(_as_javascript, value))
    return "[object Object]" if isinstance(value, dict) else f"{value}"


Answers = Callable[["Merchant", Request], Reply]


@dataclass
class Merchant:
    """One merchant: how it answers, and what it remembers."""

    answers: Answers
    alone: bool = False
    """Whether it serves one after another."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    stuck: threading.Lock = field(default_factory=threading.Lock)
    """One that nobody releases."""
    refused_one: threading.Event = field(default_factory=threading.Event)
    seen: set[str] = field(default_factory=set)
    asked: int = 0
    """How often it asked the platform."""

    def release(self, seconds: float) -> None:
        """Time passes for it: what it was doing is done."""
        del seconds
        if self.lock.locked():
            self.lock.release()


@contextmanager
def serve(merchant: Merchant, form: str, issuer: Issuer) -> Iterator[str]:
    """Its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): self.headers.get_all(name) or [] for name in self.headers}
            body = self.rfile.read(int(self.headers["Content-Length"]))
            reply = merchant.answers(merchant, Request(headers, body, form, issuer))
            with suppress(OSError):
                if reply.status:
                    self.send_response(reply.status)
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(reply.body)))
                    self.end_headers()
                    self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    class Alone(HTTPServer):
        request_queue_size = 64

    class Together(ThreadingHTTPServer):
        request_queue_size = 64
        daemon_threads = True

    server = (Alone if merchant.alone else Together)(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/notify"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


OK = {"apiv3": Reply(204), "alipay": Reply(200, b"success"), "envelope": Reply(200, b'{"ok":true}')}
NO = {"apiv3": Reply(401, b'{"code":"FAIL"}'), "alipay": Reply(200, b"fail"), "envelope": Reply(401)}


def is_ours(told: Told) -> bool:
    return (told.number, told.total) == ("T1", PRICE)


def says(taken: Reply, refused: Reply) -> Answers:
    """Verifies, and answers so or so."""

    def answers(merchant: Merchant, request: Request) -> Reply:
        told = request.told()
        return taken if told is not None and is_ours(told) else refused

    return answers


def plain(merchant: Merchant, request: Request) -> Reply:
    """As the platform's documents have it."""
    return says(OK[request.form], NO[request.form])(merchant, request)


def takes_over_what_is_not_its_own(merchant: Merchant, request: Request) -> Reply:
    """What is truly signed and no order of its own goes to a person, and needs not come again."""
    return OK[request.form] if request.told() is not None else NO[request.form]


def locks(busy: Reply) -> Answers:
    """Whoever comes while the order is locked is refused: the platform sends again."""

    def answers(merchant: Merchant, request: Request) -> Reply:
        if not merchant.lock.acquire(blocking=False):
            merchant.refused_one.set()
            return busy
        merchant.refused_one.wait(0.3)  # it books
        merchant.lock.release()
        return plain(merchant, request)

    return answers


def answers_first_and_locks(merchant: Merchant, request: Request) -> Reply:
    """Acknowledged once verified; the order stays locked until it is booked."""
    if request.told() is None:
        return NO[request.form]
    if not merchant.lock.acquire(blocking=False):
        return Reply(503, b"busy")
    return OK[request.form]


def takes(seconds: float) -> Answers:
    """Takes its time."""

    def answers(merchant: Merchant, request: Request) -> Reply:
        threading.Event().wait(seconds)
        return plain(merchant, request)

    return answers


def asks_the_platform(merchant: Merchant, request: Request) -> Reply:
    """The platform, asked, says that nobody has paid."""
    if request.told() is not None:
        merchant.asked += 1
    return NO[request.form]


def refuses_when_once_seen(merchant: Merchant, request: Request) -> Reply:
    """Whoever it has booked already is a conflict."""
    told = request.told()
    if told is None or told.number in merchant.seen:
        return Reply(409, b'{"code":"FAIL","message":"already paid"}')
    merchant.seen.add(told.number)
    return OK[request.form]


def refuses_whatever_comes_at_once(merchant: Merchant, request: Request) -> Reply:
    """It locks, and nobody unlocks."""
    if request.told() is None:
        return NO[request.form]
    return OK[request.form] if merchant.stuck.acquire(blocking=False) else Reply(500)


def looks_at_no_moment(merchant: Merchant, request: Request) -> Reply:
    request.window = False
    return plain(merchant, request)


def knows_its_members(merchant: Merchant, request: Request) -> Reply:
    """A strict schema: one member more, and it is nothing."""
    told = request.told()
    if told is not None and any(name.lower().startswith(("new", "merchant_app")) for name in told.members):
        return Reply(422)
    return plain(merchant, request)


def compares_what_the_payer_paid(merchant: Merchant, request: Request) -> Reply:
    told = request.told()
    if told is not None and "refund" not in "".join(told.members).lower() and told.paid != PRICE:
        return Reply(400)
    return plain(merchant, request)


def always(reply: Reply) -> Answers:
    """Verifies nothing."""
    return lambda merchant, request: reply
