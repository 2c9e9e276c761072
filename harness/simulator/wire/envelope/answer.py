"""Writes this wire's answers: every one an envelope, every one signed (envelope facts 3 and 4)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Literal, NotRequired, TypedDict

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from starlette.types import Send

from harness.callbacks.attack import forger_key
from harness.callbacks.callback import compact
from harness.levers.actions import Forgery, Signature
from harness.signing.envelope import SIGNATURE, sign_rsa2
from harness.signing.wechat_v3 import PROBE_PREFIX
from harness.simulator.account.identity import Identity
from harness.simulator.signatures.refused import DETAIL
from harness.simulator.wire.envelope.call import Call
from harness.simulator.wire.kit.answered import Base64
from harness.simulator.wire.kit.errors import Refusal, RefusalDetail

SUCCESS = "SUCCESS"
LONG_AGO_S = 3600
"""How old the signature of a kept answer is."""
_FORGED: Mapping[Forgery, Signature | Literal["another-key"]] = {
    "unsigned": "unsigned",
    "another-key": "another-key",
    "tampered": "wrong",
    "stale": "stale",
}
"""How a forger signs."""


class EnvelopeSaid(TypedDict):
    """What a success begins with; `data` follows."""

    code: str
    message: str


class EnvelopeRefused(EnvelopeSaid):
    """What a refusal says."""

    detail: NotRequired[RefusalDetail]


class EnvelopeFrame(TypedDict):
    """What every answer ends with."""

    requestId: str
    timestamp: int
    signature: Base64


class Writer:
    """Writes the answers of one endpoint.

    Args:
        success: what `code` says when it went well.
        key_of: what signs them.
        signs: whether answers carry a signature; not, as a deliberate defect.
    """

    def __init__(
        self, *, success: str, key_of: Callable[[Identity], RSAPrivateKey], signs: bool = True
    ) -> None:
        self._success = success
        self._key_of = key_of
        self._signs = signs

    async def success(
        self,
        send: Send,
        call: Call,
        data: Mapping[str, object],
        *,
        signature: Signature = "genuine",
        forgery: Forgery | None = None,
    ) -> None:
        """A success with its `data`, no member of which is covered by the signature."""
        told: EnvelopeSaid = {"code": self._success, "message": SUCCESS}
        await self._write(
            send, call, 200, {**told, "data": data}, signature if forgery is None else _FORGED[forgery]
        )

    async def refusal(
        self, send: Send, call: Call, refused: Refusal, signature: Signature = "genuine"
    ) -> None:
        """A refusal; signed as well, so that nobody can make one up."""
        told: EnvelopeRefused = {"code": refused.code, "message": refused.message}
        if refused.detail is not None and DETAIL in refused.detail:
            told["detail"] = refused.detail
        await self._write(send, call, refused.status, told, signature)

    async def alive(self, send: Send) -> None:
        """The answer to a probe: 200 and nothing else."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def _write(
        self,
        send: Send,
        call: Call,
        status: int,
        told: Mapping[str, object],
        signature: Signature | Literal["another-key"],
    ) -> None:
        ago_s = LONG_AGO_S if signature == "stale" else 0
        fields: dict[str, object] = {
            **told,
            "requestId": call.request_id,
            "timestamp": int((time.time() - ago_s) * 1000),
        }
        if self._signs and signature != "unsigned":
            another = signature == "another-key"
            key = forger_key() if another else self._key_of(call.merchant.identity)
            fields[SIGNATURE] = _signature(key, fields, signature)
        body = compact(fields)
        headers = [
            (b"content-type", b"application/json; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _signature(key: RSAPrivateKey, fields: Mapping[str, object], signature: str) -> str:
    if signature == "wrong":
        return sign_rsa2(key, {**fields, "message": "not what was sent"})
    genuine = sign_rsa2(key, fields)
    return PROBE_PREFIX + genuine if signature == "probe" else genuine
