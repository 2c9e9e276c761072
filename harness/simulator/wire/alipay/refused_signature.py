"""What becomes of a request whose signature Alipay refuses, in either style: it is kept, and looked into."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.types import Scope

from harness.simulator.signatures.refused import DETAIL, RefusedRequest
from harness.simulator.wire.alipay.errors import AlipayRefusal
from harness.simulator.wire.kit.raw_message import raw_message
from harness.simulator.wire.kit.wire import Merchant, WireContext


def look_into(
    error: AlipayRefusal,
    context: WireContext,
    scope: Scope,
    body: bytes,
    *,
    owners: Sequence[Merchant],
    about: Callable[[], str | None],
) -> None:
    """Keep it where its signature is why, and let the refusal say more where answers do.

    Args:
        owners: whose application asks.
        about: which order it is about.
    """
    if not error.of_signature:
        return
    told = context.refused.note(
        RefusedRequest(
            raw_message(scope, body),
            context.dialect,
            f"{error.code} {error.sub_code}",
            owners,
            about=about,
        )
    )
    if told is not None:
        error.members[DETAIL] = told


def on_a_page(error: AlipayRefusal) -> AlipayRefusal:
    """The same for a browser's page, which shows no member: the cause stands after the platform's words."""
    told = error.members.get(DETAIL)
    if isinstance(told, dict):
        error.sub_msg = f"{error.sub_msg}（GoLive: {told['zh']} / {told['en']}）"
    return error
