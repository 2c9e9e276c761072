"""POST /v3/security/echo: the platform's own self-test of signing and encryption (facts 2.8)."""

from __future__ import annotations

import uuid
from typing import NotRequired, TypedDict

from harness.simulator.wire.apiv3.call import Call, Reply
from harness.simulator.wire.apiv3.query import refuse_unknown
from harness.simulator.wire.apiv3.sealed_fields import open_sealed, seal
from harness.simulator.wire.kit.answered import Base64
from harness.simulator.wire.kit.errors import parameter
from harness.simulator.wire.kit.order_fields import notify_url
from harness.simulator.wire.kit.parameter_errors import (
    MISSING_PLATFORM_SERIAL,
)
from harness.simulator.wire.kit.schema import BODY, Object, Text, decode, read_members
from harness.simulator.wire.kit.wire import WireContext

EVENT = "SECURITY_ECHO.SUCCESS"
LONGEST = 256
"""Characters of a message (facts 2.8)."""
LONGEST_SEALED = 4096
LONGEST_PLAINTEXT = 214
"""Bytes that fit RSA-2048 under OAEP with SHA-1 (facts 2.9)."""


class Echoed(TypedDict):
    """What was sent; what was sealed, sealed again to the merchant."""

    echo_message: str
    encrypted_echo_message: NotRequired[Base64]


class Echo:
    """Answers what it was sent; with a notify_url it also calls back."""

    def __init__(self, context: WireContext) -> None:
        self._dialect = context.dialect
        self._enqueue = context.enqueue
        self.body = Object(
            "请求包体",
            {
                "echo_message": Text("回显消息", LONGEST, required=True),
                "notify_url": notify_url(required=False),
                "encrypted_echo_message": Text("加密回显消息", LONGEST_SEALED),
            },
        )

    async def echo(self, call: Call) -> Reply[Echoed]:
        """POST /v3/security/echo"""
        if not call.platform_serial:
            raise parameter(MISSING_PLATFORM_SERIAL)
        identity = call.merchant.identity
        body = decode(call.body)
        given = read_members(self.body, body)
        refuse_unknown(call, body=self.body.unknown(body, BODY))
        message = str(given["echo_message"])
        plain = message.encode()
        own = call.merchant.certificates.key(call.signed_by) or identity.merchant_key.public_key()
        answer: Echoed = {"echo_message": message}
        if sealed := given.get("encrypted_echo_message"):
            plain = open_sealed(identity, str(sealed), call.platform_serial)
            answer["encrypted_echo_message"] = seal(own, plain)
        if url := given.get("notify_url"):
            resource: dict[str, object] = {"echo_message": message}
            if len(plain) <= LONGEST_PLAINTEXT:
                resource["encrypt_echo_message"] = seal(own, plain)
            await self._enqueue(
                f"echo-{uuid.uuid4().hex[:16]}",
                str(url),
                resource,
                EVENT,
                mchid=identity.mchid,
                dialect=self._dialect,
            )
        return Reply(200, answer)
