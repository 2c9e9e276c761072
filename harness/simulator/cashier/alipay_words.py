"""What Alipay's cashier says when a payment cannot begin, and how a page ends; see alipay_words.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.core.control import Text
from harness.core.texts import read_texts
from harness.simulator.platform.orders import Reason

_TEXTS = read_texts(Path(__file__).with_name("alipay_words.yaml"))
_SCAN = _TEXTS["scan"]
RESULTS, BRIDGE = _TEXTS["results"], _TEXTS["bridge"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A page that only says something, the code on it, and the HTTP status it comes with."""

    status: int
    code: str
    text: Text


NOT_ALIPAY = Notice(403, "NOT_ALIPAY", _SCAN["not_alipay"])
IN_WECHAT = Notice(403, "NOT_IN_WECHAT", _SCAN["in_wechat"])
BUSY = Notice(409, "SYSTEM_ERROR", _SCAN["system_busy"])
UNKNOWN = Notice(404, "ORDER_NOT_EXIST", _TEXTS["refused"][Reason.UNKNOWN])
_CODES: Mapping[Reason, tuple[int, str]] = {
    Reason.EXPIRED: (410, "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"),
    Reason.CLOSED: (410, "ACQ.TRADE_HAS_CLOSE"),
    Reason.PAID: (200, "ACQ.TRADE_HAS_SUCCESS"),
    Reason.NUMBER_USED: (409, "ACQ.CONTEXT_INCONSISTENT"),
    Reason.FOREIGN_PAYER: (409, "ACQ.TRADE_BUYER_NOT_MATCH"),
}
_NOTICES = {
    reason: Notice(status, code, _TEXTS["refused"][reason]) for reason, (status, code) in _CODES.items()
}


def notice_of(reason: Reason) -> Notice:
    """What a payer is shown when the platform refuses."""
    return UNKNOWN if reason is Reason.UNKNOWN else _NOTICES.get(reason, BUSY)
