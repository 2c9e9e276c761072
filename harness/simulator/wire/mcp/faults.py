"""What the fault book does to this wire: which request is which, and how each one goes wrong."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from mcp_types import INTERNAL_ERROR
from starlette.types import Message, Receive, Scope, Send

from harness.levers.models import Fault
from harness.simulator.wire.apiv3.errors import injected
from harness.simulator.wire.kit.hangup import hang_up
from harness.simulator.wire.kit.wire import Faults
from harness.simulator.wire.mcp.auth import Turned
from harness.simulator.wire.mcp.catalogue import ENTRIES
from harness.simulator.wire.mcp.orders import TRADE_STATE

__all__ = ["Mishap", "take"]

OTHER = "session"
"""What handshakes, lists and streams are called: only a fault of operation `any` meets them."""


@dataclass(frozen=True, slots=True)
class _Subject:
    operation: str
    out_trade_no: str | None
    id: str | int | None


@dataclass(frozen=True, slots=True)
class Mishap:
    """One fault that hits one request."""

    fault: Fault
    id: str | int | None

    async def before(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Act on a fault that comes before everything else; whether that was the end of the request."""
        fault = self.fault
        if fault.action in ("refuse", "reset"):
            await hang_up(receive, send, reset=fault.action == "reset")
            return True
        if fault.action == "status":
            error = injected(int(fault.value or 500))
            told = {"code": error.code, "message": error.message}
            turned = Turned(error.status, error.message, code=INTERNAL_ERROR, id=self.id, data=told)
            await turned.answer(send)
            return True
        if fault.action == "delay":
            await asyncio.sleep(float(fault.value or 0))
        elif fault.action == "trade_state":
            scope[TRADE_STATE] = str(fault.value)
        return False

    @property
    def swallows_answer(self) -> bool:
        """Whether the effect happens and nobody hears of it."""
        return self.fault.action == "drop_after_acceptance"


def take(faults: Faults, dialect: str, body: bytes) -> Mishap | None:
    """Count one request and return what hits it, if anything.

    Nothing is signed on this wire, so the two faults that spoil a signature change nothing here.
    """
    if not faults.armed:
        return None
    subject = _subject(body)
    fault = faults.take(subject.operation, subject.out_trade_no, dialect)
    return None if fault is None else Mishap(fault, subject.id)


async def nowhere(message: Message) -> None:
    """Takes an answer and sends nothing."""


def _subject(body: bytes) -> _Subject:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return _Subject(OTHER, None, None)
    if not isinstance(message, dict):
        return _Subject(OTHER, None, None)
    identifier = message.get("id")
    identifier = identifier if isinstance(identifier, str | int) else None
    params = message.get("params")
    if message.get("method") != "tools/call" or not isinstance(params, dict):
        return _Subject(OTHER, None, identifier)
    name, given = params.get("name"), params.get("arguments")
    entry = ENTRIES.get(name) if isinstance(name, str) else None
    number = given.get("out_trade_no") if isinstance(given, dict) else None
    operation = entry.operation if entry is not None and entry.operation is not None else OTHER
    return _Subject(operation, number if isinstance(number, str) else None, identifier)
