"""Writes the gateway's answers, in the one form that every known client takes (facts alipay 1.5, 1.6).

Compact, node first, members in the platform's order, scalars as texts, `/` as `\\/`, Chinese as it is, then
the certificate's number, then the signature last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from starlette.types import Send

from harness.callbacks.attack import forger_key
from harness.levers.actions import Forgery, Signature
from harness.signing.alipay import sign_answer
from harness.simulator.account.alipay_identity import AlipayIdentity
from harness.simulator.wire.alipay.debug_page import CHARSET, HEADERS, debug_page
from harness.simulator.wire.alipay.errors import SUCCESS, AlipayRefusal
from harness.simulator.wire.kit.in_a_row import InARow

_AS_IT_IS = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ESCAPED = json.JSONEncoder(separators=(",", ":"))
_FIRST = ("code", "msg", "sub_code", "sub_msg")
UNKNOWN_SN = b"0" * 32
"""The number of no certificate."""
_TROUBLE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Addressed:
    """How an answer is written, and who is meant by it."""

    method: str
    charset: str
    trace_id: str
    identity: AlipayIdentity | None
    """Whose platform key signs it; None: nobody's."""
    signatures: InARow
    """Where it waits for its signature."""


async def answer(
    send: Send,
    to: Addressed,
    members: Mapping[str, object],
    *,
    signature: Signature = "genuine",
    forgery: Forgery | None = None,
) -> None:
    """A success, or what a forger says in its place."""
    await _write(send, to, node_name(to.method), {**SUCCESS, **members}, signature=signature, forgery=forgery)


async def refuse(
    send: Send, to: Addressed, error: AlipayRefusal, *, signature: Signature = "genuine"
) -> None:
    """An error, signed where the platform knows whom it answers."""
    name = "error_response" if error.nodeless else node_name(to.method)
    if not error.signs or to.identity is None:
        await _send(send, to, b'{"%s":%s}' % (name.encode(), node_bytes(error.node, to.charset)))
        return
    await _write(send, to, name, error.node, signature=signature, forgery=None)


async def error_page(send: Send, to: Addressed, error: AlipayRefusal) -> None:
    """What a browser is shown in place of the cashier: always in GBK, the code without its `isv.`."""
    page = debug_page(error.sub_code, error.sub_msg)
    await _page(send, 200, page, CHARSET, to.trace_id, more=HEADERS)


async def trouble(send: Send, to: Addressed, status: int) -> None:
    """A page that is no JSON."""
    await _page(send, status, _TROUBLE.format(f"{status} Bad Gateway").encode(), "utf-8", to.trace_id)


async def redirect(send: Send, to: Addressed, url: str) -> None:
    """302: the browser goes on to the cashier."""
    headers = [(b"location", url.encode()), (b"content-length", b"0"), (b"trace_id", to.trace_id.encode())]
    await send({"type": "http.response.start", "status": 302, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def node_bytes(members: Mapping[str, object], charset: str) -> bytes:
    """A node as it goes on the wire, and as it is signed."""
    ordered = {name: members[name] for name in _FIRST if name in members}
    ordered |= {name: members[name] for name in sorted(members) if name not in _FIRST}
    try:
        return _AS_IT_IS.encode(ordered).replace("/", "\\/").encode(charset)
    except UnicodeEncodeError:
        # What the charset has no character for stays readable as an escape.
        return _ESCAPED.encode(ordered).replace("/", "\\/").encode(charset)


def node_name(method: str) -> str:
    """Where a method's answer stands."""
    return f"{method.replace('.', '_')}_response"


async def _write(
    send: Send,
    to: Addressed,
    name: str,
    members: Mapping[str, object],
    *,
    signature: Signature,
    forgery: Forgery | None,
) -> None:
    node = node_bytes(members, to.charset)
    identity = to.identity
    if identity is None or "unsigned" in (forgery, signature):
        await _send(send, to, b'{"%s":%s}' % (name.encode(), node))
        return
    if forgery == "another-key":
        sign = sign_answer(forger_key(), node)
    elif forgery == "tampered" or signature in ("wrong", "probe"):
        sign = sign_answer(identity.platform_key, b"not what was sent " + node)
    else:
        sign = await to.signatures.made(partial(sign_answer, identity.platform_key, node))
    certified = b""
    if signature == "unknown-serial":
        certified = b'"alipay_cert_sn":"%s",' % UNKNOWN_SN
    elif identity.certified:
        certified = b'"alipay_cert_sn":"%s",' % identity.certificates.alipay_sn.encode()
    body = b'{"%s":%s,%s"sign":"%s"}' % (name.encode(), node, certified, sign.encode())
    await _send(send, to, body)


async def _send(send: Send, to: Addressed, body: bytes) -> None:
    await _page(send, 200, body, to.charset, to.trace_id)


async def _page(
    send: Send,
    status: int,
    body: bytes,
    charset: str,
    trace_id: str,
    *,
    more: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    headers = [
        (b"content-type", f"text/html;charset={charset}".encode()),
        (b"content-length", str(len(body)).encode()),
        (b"trace_id", trace_id.encode()),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
