"""Reads single business members; what cannot be is refused in the platform's words (facts alipay 2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from harness.core.clock import BEIJING
from harness.core.money import Fen
from harness.simulator.wire.alipay.errors import business, parameter
from harness.simulator.wire.alipay.members import (
    AMOUNT,
    ANY_OUT_TRADE_NO,
    MOMENT,
    NUMBER,
    OUT_REQUEST_NO,
    OUT_TRADE_NO,
    TIMEOUT,
    TRADE_NO,
    Member,
)

LARGEST = Fen.from_yuan("100000000")
SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=15)

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def text(biz: Mapping[str, Any], member: Member) -> str:
    """A text, empty where it is absent or null (facts alipay 2.2 leaves null open: it counts as absent).

    Raises:
        AlipayRefusal: it is no text, or too long.
    """
    value = biz.get(member.name)
    if value is None:
        return ""
    if not isinstance(value, str) or (member.most is not None and len(value) > member.most):
        raise parameter(f"{member.name}格式错误")
    return value


def out_trade_no(biz: Mapping[str, Any]) -> str:
    """The merchant's number, demanded."""
    value = text(biz, OUT_TRADE_NO)
    if not NUMBER.fullmatch(value):
        raise parameter("商户订单号格式错误" if value else "商户订单号不能为空")
    return value


def out_request_no(biz: Mapping[str, Any]) -> str:
    """A refund's number, empty where none is named; of any characters, for no document names some."""
    return text(biz, OUT_REQUEST_NO)


def which_trade(biz: Mapping[str, Any]) -> tuple[str, bool]:
    """A trade's number, and whether it is the platform's, which wins where both are named."""
    own = text(biz, TRADE_NO)
    if own:
        return own, True
    number = text(biz, ANY_OUT_TRADE_NO)
    if not number:
        raise parameter("out_trade_no和trade_no不能同时为空")
    return number, False


def amount(biz: Mapping[str, Any], member: Member, *, over: tuple[str, str] | None = None) -> Fen:
    """Yuan with at most two decimals, as text or as a JSON number.

    Args:
        over: sub_code and sub_msg where it is out of the range from 0.01 to 100000000.

    Raises:
        AlipayRefusal: absent, null, no plain number (`1e2`, other digits than 0 to 9, three decimals), or out
            of range.
    """
    value, label = biz.get(member.name), member.label
    if value is None:
        raise parameter(f"{label}不能为空")
    if not isinstance(value, str) or not AMOUNT.fullmatch(value):
        raise parameter(f"{label}格式错误")
    fen = Fen(-1) if value.startswith("-") else Fen.from_yuan(value)
    if not 0 < fen <= LARGEST:
        raise business(*over) if over else parameter(f"{label}格式错误")
    return fen


def timeout(biz: Mapping[str, Any], member: Member, now: datetime) -> timedelta | None:
    """`1m` to `15d`, or `1c`: until the day's end in Beijing; None where it is absent."""
    value, name = text(biz, member), member.name
    if not value:
        return None
    found = TIMEOUT.fullmatch(value)
    if found is None:
        raise parameter(f"{name}格式错误")
    if found[2] == "c":
        if found[1] != "1":
            raise parameter(f"{name}格式错误")
        here = now.astimezone(BEIJING)
        return datetime.combine(here.date() + timedelta(days=1), time(), BEIJING) - here
    lasts = int(found[1]) * _UNITS[found[2]]
    if not SHORTEST <= lasts <= LONGEST:
        raise parameter(f"{name}超出范围")
    return lasts


def moment(biz: Mapping[str, Any], member: Member, now: datetime) -> datetime | None:
    """A time in Beijing, at most 15 days ahead; None where it is absent. A past one is read all the same."""
    value, name = text(biz, member), member.name
    if not value:
        return None
    if not MOMENT.fullmatch(value):
        raise parameter(f"{name}格式错误")
    try:
        found = datetime.fromisoformat(value).replace(tzinfo=BEIJING)
    except ValueError:
        raise parameter(f"{name}格式错误") from None
    if found > now + LONGEST:
        raise parameter(f"{name}超出范围")
    return found


def address(url: str, label: str) -> str:
    """An address of http or https, or nothing."""
    if url and not is_address(url):
        raise parameter(f"{label}格式错误")
    return url


def is_address(url: str) -> bool:
    """Whether a text is an address of http or https that can be taken apart: a payer may be sent there."""
    try:
        urlsplit(url)
    except ValueError:
        return False
    return len(url) <= 256 and url.startswith(("http://", "https://"))
