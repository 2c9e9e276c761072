"""One notification on its way up the ladder, and who keeps it beyond this process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from harness.callbacks.forms import Form
from harness.core.redelivery import Redelivery


@dataclass(slots=True)
class Notification:
    """One notification on its way up the ladder."""

    mchid: str
    out_trade_no: str
    notify_url: str
    form: Form
    body: bytes
    """As composed; a form may add to it whenever it is signed."""
    dialect: str
    out_refund_no: str
    """The refund of that order that it tells of; empty: it tells of the payment."""
    resource: Mapping[str, object]
    """What the body was composed of, in case a fault makes another of it."""
    event_type: str
    due: datetime
    """Business time at which the next attempt falls due."""
    rung: int = 1
    """The attempt of the ladder that comes next; the first delivery is 1."""
    made: int = 0
    """Attempts recorded so far, those outside the ladder included."""
    delayed: bool = False
    """Whether a fault has already moved the coming attempt: it is asked once an attempt."""
    moved_by: str = ""
    """That fault's action; empty: none moved it."""
    held: bool = False
    """Whether a fault holds it until the merchant's next one was sent."""
    waiting: bool = True
    """Whether an attempt of the ladder is still to come."""
    row: int = 0
    """Of the file it is kept in; 0: of none yet."""
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held during an attempt: there are never two of one notification at once."""

    @property
    def rules(self) -> Redelivery:
        """How often it is sent, and which answer ends that."""
        return self.form.row.redelivery

    @property
    def about(self) -> tuple[str, str, str]:
        """Whose it is, the order, and the refund where it tells of one."""
        return self.mchid, self.out_trade_no, self.out_refund_no


class Keeper(Protocol):
    """Keeps notifications beyond this process."""

    failing: str
    """Why the last attempt to write failed; empty: it did not."""

    def notification(self, notification: Notification) -> None:
        """Something about it is new."""
        ...

    async def why_not_kept(self) -> str | None:
        """None once everything so far is kept: a merchant is told only of what will not be forgotten."""
        ...


class _Nobody:
    failing = ""

    def notification(self, notification: Notification) -> None:
        """Forgotten with the process."""

    async def why_not_kept(self) -> str | None:
        return None


NOBODY_KEEPS = _Nobody()
