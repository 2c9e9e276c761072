"""An answer that waits until what it tells is kept."""

from __future__ import annotations

import json
from typing import Any

from starlette.types import Message, Send

from harness.simulator.kept.database import NotKept
from harness.simulator.kept.keeper import Keeper

NOT_KEPT = 507
"""Insufficient Storage (RFC 4918): no platform answers so; to a client the outcome is unknown."""


class HeldAnswer:
    """Stands between an application and the server. Its `send` leads to the connection, too."""

    def __init__(self, send: Send, keeper: Keeper) -> None:
        self._send = send
        self._keeper = keeper
        self._begun = False
        self._over = False

    @property
    def transport(self) -> Any:
        """The connection; faults hang up."""
        return getattr(getattr(self._send, "__self__", None), "transport", None)

    async def send(self, message: Message) -> None:
        """Pass it on as soon as everything so far is kept; where that fails, say so instead."""
        if self._over:
            return
        try:
            await self._keeper.kept()
        except NotKept as error:
            self._over = True
            await self._refuse(error)
            return
        self._begun = True
        await self._send(message)

    async def _refuse(self, error: NotKept) -> None:
        if self._begun:
            if self.transport is not None:
                self.transport.close()
            return
        body = json.dumps({"code": "SYSTEM_ERROR", "reason": "not-kept", "message": str(error)}).encode()
        headers = [
            (b"content-type", b"application/json; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
        ]
        await self._send({"type": "http.response.start", "status": NOT_KEPT, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
