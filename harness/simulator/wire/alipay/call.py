"""One request to Alipay's platform as its operations see it, whichever style brought it."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.core.payment import RefundStatus
from harness.levers.models import FaultOperation
from harness.simulator.account.alipay_identity import AlipayIdentity
from harness.simulator.platform.alipay_account import AlipayAccount
from harness.simulator.wire.alipay.errors import no_json
from harness.simulator.wire.alipay.members import Member
from harness.simulator.wire.kit.wire import Merchant

Members = dict[str, object]


@dataclass(slots=True)
class Call:
    """A request: its business members, and those common parameters that operations look at."""

    merchant: Merchant
    """Who asks; the first merchant until authentication has said more."""
    method: str = ""
    """E.g. `alipay.trade.query`."""
    charset: str = "utf-8"
    biz: Mapping[str, Any] = field(default_factory=dict)
    """`biz_content`, or the body of V3: numbers are texts as they were written."""
    notify_url: str = ""
    return_url: str = ""
    request_id: str = ""
    """What the answer calls it: `trace_id`."""
    refund_ends: RefundStatus = RefundStatus.SUCCESS
    """What becomes of a refund that it asks for; otherwise only by a fault."""
    by_agent: bool = False
    """Whether it came on a wire that agents use, which has ceilings of its own for what is given back."""
    state: str | None = None
    """What the answer to a query says of the trade's state; None: the truth. Otherwise only by a fault."""
    forged: bool = False
    """Whether the answer is a forger's, who knows of a trade that nobody has opened yet. Only by a fault."""

    @property
    def account(self) -> AlipayAccount:
        """What its owner may ask of."""
        return self.merchant.alipay

    @property
    def identity(self) -> AlipayIdentity:
        """With which credentials."""
        return self.merchant.identity.alipay


@dataclass(frozen=True, slots=True)
class Operation:
    """One method: what faults call it, and how to answer."""

    fault: FaultOperation
    perform: Callable[[Call], Awaitable[Mapping[str, object]]]
    summary: str
    """What it does: Chinese, then English."""
    demands: tuple[Member, ...] = ()
    """What the business members have to hold."""
    takes: tuple[Member, ...] = ()
    """What else they may hold; others are let by."""


class _Number(str):
    """A JSON number as it was written: money never passes through a float."""

    __slots__ = ()


def _no_constant(name: str) -> None:
    raise ValueError(name)


_READER = json.JSONDecoder(parse_float=_Number, parse_int=_Number, parse_constant=_no_constant)
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""Where a character may be half of a surrogate pair."""


def _without_halves(value: Any) -> Any:
    """The same, a question mark for each half: no encoding has it, nor any answer, page or callback after."""
    if isinstance(value, dict):
        return {_without_halves(name): _without_halves(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_without_halves(each) for each in value]
    plain = not isinstance(value, str) or isinstance(value, _Number)
    return value if plain else value.encode("utf-8", "replace").decode()


def read_json(text: str | bytes) -> dict[str, Any]:
    """A JSON object whose numbers are texts, and whose texts every charset can say something of.

    Half a surrogate pair, which an escape may name and no charset has, is a question mark from here on: an
    order with one could be paid, and nobody could be told.

    Raises:
        AlipayRefusal: it is none.
    """
    try:
        written = text if isinstance(text, str) else text.decode()
        found = _READER.decode(written)
        if _HALF.search(written):
            found = _without_halves(found)
    except (ValueError, RecursionError):
        raise no_json() from None
    if not isinstance(found, dict):
        raise no_json()
    return found


def order_named(biz: Mapping[str, object], merchant: Merchant | None) -> str | None:
    """The out_trade_no that business members are about, by whichever number they name it."""
    trade_no, number = biz.get("trade_no"), biz.get("out_trade_no")
    if isinstance(trade_no, str) and trade_no and merchant is not None:
        return merchant.alipay.number_of_transaction(trade_no)
    return number if isinstance(number, str) else None
