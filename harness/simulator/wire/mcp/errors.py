"""What this wire refuses before any tool is called: an HTTP status with a JSON-RPC error inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcp_types import INTERNAL_ERROR, INVALID_REQUEST

from harness.simulator.wire.kit.errors import Refusal


class RpcRefusal(Refusal):
    """A message that goes no further: its HTTP status and the error that says why."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        rpc_code: int = INVALID_REQUEST,
        message_id: str | int | None = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, "", message)
        self.rpc_code = rpc_code
        self.id = message_id
        self.data = data
        self.headers = headers or {}


def as_rpc(refused: Refusal, message_id: str | int | None) -> RpcRefusal:
    """A platform in trouble, as this wire says it."""
    told = {"code": refused.code, "message": refused.message}
    return RpcRefusal(
        refused.status, refused.message, rpc_code=INTERNAL_ERROR, message_id=message_id, data=told
    )
