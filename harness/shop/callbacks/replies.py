"""What a platform is answered, in the words that its form of callbacks wants to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.core.redelivery import SUCCESS
from harness.gateways.wire_json import serialise


@dataclass(frozen=True, slots=True)
class Reply:
    """What the platform is answered."""

    status: int
    body: bytes
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """The answers of one form."""

    accepted: Reply
    """Taken over: the platform stops sending."""
    written_down: Reply
    """The same, of what will be booked soon."""
    failed: Callable[[int, str], Reply]
    """Not taken over, with a status and the reason: the platform sends again."""


def _fail(status: int, message: str) -> Reply:
    return Reply(status, serialise({"code": "FAIL", "message": message}))


WECHAT = Replies(
    accepted=Reply(200, serialise({"code": "SUCCESS", "message": "成功"})),
    written_down=Reply(204, b""),
    failed=_fail,
)
"""JSON, or nothing at all (facts 5.5)."""


def seven_letters(success: bytes) -> Replies:
    """Alipay's: plain text of one word; of a refusal it reads neither status nor body (facts alipay 3.6).

    Args:
        success: the whole body that ends the re-sends.
    """
    taken = Reply(200, success, "text/plain")
    return Replies(
        accepted=taken,
        written_down=taken,
        failed=lambda status, message: Reply(status, b"fail", "text/plain"),
    )


ALIPAY = seven_letters(SUCCESS)
"""Exactly what it wants to read."""
