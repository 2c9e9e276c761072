"""Writes answers: 2xx signed, 4xx and 5xx not, headers as the live gateway sends them (facts 1.8, 2)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import NotRequired, TypedDict

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pydantic_core import PydanticSerializationError, to_json
from starlette.types import Send

from harness.callbacks.apiv3.forged_signatures import unknown_serial
from harness.core.errors import HarnessError
from harness.levers.actions import Forgery, Signature
from harness.signing.wechat_v3 import PROBE_PREFIX, SCHEME, sign, signature_headers
from harness.simulator.account.identity import Identity
from harness.simulator.platform.identifiers import request_id
from harness.simulator.wire.apiv3.call import AnyReply, Call, FileReply
from harness.simulator.wire.apiv3.errors import ENGLISH
from harness.simulator.wire.kit.errors import Refusal, RefusalDetail
from harness.simulator.wire.kit.in_a_row import InARow


class WechatRefusal(TypedDict):
    """An answer that is no success."""

    code: str
    message: str
    detail: NotRequired[RefusalDetail]


Headers = list[tuple[bytes, bytes]]

LONG_AGO_S = 3600
"""How old the signature of a kept answer is."""

_COMMON: tuple[tuple[bytes, bytes], ...] = (
    (b"server", b"nginx"),
    # The live gateway says 8; we say what our server does, because clients time their connections by it.
    (b"keep-alive", b"timeout=5"),
    (b"cache-control", b"no-cache, must-revalidate"),
    (b"x-content-type-options", b"nosniff"),
)
_JSON_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_SORTED_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True)
"""The gateway's errors have their members in the order of the alphabet, at every depth."""
_TEXT = b"text/plain; charset=utf-8"
_JSON = (b"content-type", b"application/json; charset=utf-8")


class Writer:
    """Writes the answers of one simulator.

    Args:
        now: the wire clock that signatures carry, Unix seconds; wrong only as a defect.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._signatures = InARow()

    async def success(
        self,
        send: Send,
        call: Call,
        reply: AnyReply,
        signature: Signature = "genuine",
    ) -> None:
        """A 2xx with its five Wechatpay-* headers; a file has none of them."""
        if isinstance(reply, FileReply):
            await self._file(send, call, reply)
            return
        body = _body(reply)
        headers = await self._signatures.made(
            partial(self._signature, call.merchant.identity, call.serial, body, signature)
        )
        await self._succeed(send, call, reply, body, headers)

    async def forgery(self, send: Send, call: Call, reply: AnyReply, genuine: AnyReply, how: Forgery) -> None:
        """A 2xx that says `reply` in place of what the platform says; a file says what it said."""
        if isinstance(genuine, FileReply):
            await self._file(send, call, genuine)
            return
        identity, serial, body = call.merchant.identity, call.serial, _body(reply)
        if how == "unsigned":
            headers: Headers = []
        elif how == "another-key":
            headers = _named(signature_headers(identity.merchant_key, serial, body))
        elif how == "tampered":
            said = _body(
                genuine
            )  # where that is what is said now, too, the signature must not hold by chance
            headers = self._signature(identity, serial, said if said != body else said + b" ", "genuine")
        else:
            headers = self._signature(identity, serial, body, "genuine", ago_s=LONG_AGO_S)
        await self._succeed(send, call, reply, body, headers)

    async def _file(self, send: Send, call: Call, reply: FileReply) -> None:
        headers = _headers(call.english)
        headers.append((b"request-id", request_id().encode()))
        headers.append((b"content-type", b"application/x-gzip" if reply.packed else _TEXT))
        headers.append((b"content-length", str(reply.size).encode()))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        for piece in reply.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _succeed(self, send: Send, call: Call, reply: AnyReply, body: bytes, signed: Headers) -> None:
        headers = _headers(call.english)
        headers.append((b"request-id", (reply.request_id or request_id()).encode()))
        headers.extend(signed)
        if reply.payload is not None:
            headers.append(_JSON)
            headers.append((b"content-length", str(len(body)).encode()))
        await _write(send, reply.status, headers, body)

    async def refusal(self, send: Send, call: Call, error: Refusal) -> None:
        """An error body; unsigned, as the live gateway's are. A 202 is a 2xx and therefore signed."""
        message = ENGLISH.get(error.code, error.message) if call.english else error.message
        payload: WechatRefusal = {"code": error.code, "message": message}
        if error.detail is not None:
            payload["detail"] = error.detail
        body = _compact(_SORTED_TEXT, payload)
        headers = _headers(call.english)
        if error.request_id:
            headers.append((b"request-id", request_id(error.internal).encode()))
        if error.status < 300:
            identity = call.merchant.identity
            serial = call.serial or identity.answers_by("")
            headers.extend(self._signature(identity, serial, body, "genuine"))
        headers.append(_JSON)
        headers.append((b"content-length", str(len(body)).encode()))
        await _write(send, error.status, headers, body)

    def _signature(
        self, identity: Identity, serial: str, body: bytes, signature: Signature, *, ago_s: int = 0
    ) -> Headers:
        if signature == "unsigned":
            return []
        key = identity.private_key(serial)
        if key is None:
            raise HarnessError(f"no platform key has the serial {serial}", where="simulator")
        ago_s = LONG_AGO_S if signature == "stale" else ago_s
        said = unknown_serial(serial) if signature == "unknown-serial" else serial
        named = signature_headers(
            key, said, body, timestamp=int(self._now()) - ago_s, nonce=os.urandom(16).hex().upper()
        )
        if signature == "probe":
            named["Wechatpay-Signature"] = PROBE_PREFIX + named["Wechatpay-Signature"]
        elif signature == "wrong":
            named["Wechatpay-Signature"] = _over_something_else(key, body)
        return _named(named)


def _body(reply: AnyReply) -> bytes:
    if reply.payload is None:
        return b""
    try:
        return to_json(reply.payload)
    except PydanticSerializationError:  # half of a surrogate pair is no UTF-8
        return _compact(_JSON_TEXT, reply.payload)


def _named(headers: Mapping[str, str]) -> Headers:
    return [(_lower(name), value.encode()) for name, value in headers.items()]


@cache
def _lower(name: str) -> bytes:
    """One of the five names."""
    return name.lower().encode()


async def _write(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _headers(english: bool) -> Headers:
    return [*_COMMON, (b"content-language", b"en" if english else b"zh-CN")]


def _compact(text: json.JSONEncoder, payload: Mapping[str, object]) -> bytes:
    """JSON as it goes out; an error may quote a lone surrogate, which UTF-8 cannot hold."""
    return text.encode(payload).encode("utf-8", "replace")


def _over_something_else(key: RSAPrivateKey, body: bytes) -> str:
    """A well-formed signature by the right key over other bytes."""
    return sign(key, b"%s: not what was sent\n" % SCHEME.encode() + body)
