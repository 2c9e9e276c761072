"""Writes this wire's answers: every one an envelope, every one signed (envelope facts 3 and 4)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from starlette.types import Send

from harness.callbacks.callback import compact
from harness.levers.actions import Signature
from harness.signing.envelope import SIGNATURE, sign_rsa2
from harness.signing.wechat_v3 import PROBE_PREFIX
from harness.simulator.account.identity import Identity
from harness.simulator.signatures.refused import DETAIL
from harness.simulator.wire.envelope.call import Call
from harness.simulator.wire.kit.errors import Refusal


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
        self, send: Send, call: Call, data: Mapping[str, object], *, signature: Signature = "genuine"
    ) -> None:
        """A success with its `data`, no member of which is covered by the signature."""
        told = {"code": self._success, "message": "SUCCESS", "data": dict(data)}
        await self._write(send, call, 200, told, signature)

    async def refusal(self, send: Send, call: Call, refused: Refusal) -> None:
        """A refusal; signed as well, so that nobody can make one up."""
        told: dict[str, object] = {"code": refused.code, "message": refused.message}
        if DETAIL in (refused.detail or {}):
            told["detail"] = refused.detail
        await self._write(send, call, refused.status, told, "genuine")

    async def alive(self, send: Send) -> None:
        """The answer to a probe: 200 and nothing else."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def _write(
        self, send: Send, call: Call, status: int, told: Mapping[str, object], signature: Signature
    ) -> None:
        fields: dict[str, object] = {
            **told,
            "requestId": call.request_id,
            "timestamp": int(time.time() * 1000),
        }
        if self._signs:
            fields[SIGNATURE] = _signature(self._key_of(call.merchant.identity), fields, signature)
        body = compact(fields)
        headers = [
            (b"content-type", b"application/json; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _signature(key: RSAPrivateKey, fields: Mapping[str, object], signature: Signature) -> str:
    if signature == "wrong":
        return sign_rsa2(key, {**fields, "message": "not what was sent"})
    genuine = sign_rsa2(key, fields)
    return PROBE_PREFIX + genuine if signature == "probe" else genuine
