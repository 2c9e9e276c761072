"""What the cashier says when a payment cannot begin, and how a page ends; the texts stand in words.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.core.control import Text
from harness.core.texts import read_texts
from harness.simulator.platform.orders import Reason

_TEXTS = read_texts(Path(__file__).with_name("words.yaml"))
_SCAN = _TEXTS["scan"]
H5, OUTCOMES = _TEXTS["h5"], _TEXTS["outcomes"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A page that only says something, and the HTTP status it comes with."""

    status: int
    text: Text


NOT_WECHAT = Notice(403, _SCAN["not_wechat"])
BAD_PAYER = Notice(400, _SCAN["bad_payer"])
REFUSED = Notice(409, _SCAN["refused"])
_STATUSES = {
    Reason.UNKNOWN: 404,
    Reason.EXPIRED: 410,
    Reason.REPLACED: 410,
    Reason.CLOSED: 410,
    Reason.PAID: 200,
    Reason.FOREIGN_PAYER: 200,
}
NOTICES = {reason: Notice(status, _SCAN[reason]) for reason, status in _STATUSES.items()}
"""After scanning a code, per reason of the platform."""
H5_BY_REASON = {Reason.EXPIRED: H5["expired"]} | {
    reason: _SCAN[reason] for reason in (Reason.PAID, Reason.CLOSED, Reason.FOREIGN_PAYER)
}
"""On the H5 middle page, per reason of the platform; all but EXPIRED as after scanning a code."""
