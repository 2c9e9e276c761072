"""One request of this dialect, read once (envelope facts 2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.types import Scope

from harness.core.payment import RefundStatus
from harness.simulator.wire.envelope.errors import invalid
from harness.simulator.wire.kit.errors import Refusal
from harness.simulator.wire.kit.schema import decode
from harness.simulator.wire.kit.wire import Merchant

REQUEST_ID = re.compile(r"[0-9A-Za-z_.\-]{1,64}", re.ASCII)


@dataclass(slots=True)
class Call:
    """A request whose top level was read. `request_id` is empty while the request names none."""

    fields: dict[str, Any]
    headers: dict[bytes, bytes]
    merchant: Merchant
    """Who asks; the first account's owner until the request has named another."""
    request_id: str = ""
    caller: str = ""
    """The address that the request came from."""
    refund_ends: RefundStatus = RefundStatus.SUCCESS
    """What becomes of a refund that it asks for; otherwise only by a fault."""
    state: str | None = None
    """What the answer to a query says of the order's state; None: the truth. Otherwise only by a fault."""
    forged: bool = False
    """Whether the answer is a forger's, who knows of a order that nobody has opened yet. Only by a fault."""

    def header(self, name: bytes) -> str:
        """A header's text, empty when absent."""
        return self.headers.get(name, b"").decode("latin-1")

    def text(self, name: str) -> str:
        """A member that is a text; empty when it is absent or anything else."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    @property
    def out_trade_no(self) -> str | None:
        """Which order it is about, before anything is checked."""
        return self.text("outTradeNo") or None


def read_call(scope: Scope, body: bytes, merchant: Merchant) -> tuple[Call, Refusal | None]:
    """The request as a call; an empty one, and why, where the body is no JSON object in UTF-8."""
    try:
        fields = decode(body)
    except Refusal as error:
        return Call({}, {}, merchant), invalid(error.message)
    call = Call(fields, dict(scope["headers"]), merchant, caller=str((scope.get("client") or ("",))[0]))
    named = call.text("requestId")
    call.request_id = named if REQUEST_ID.fullmatch(named) else ""
    return call, None
