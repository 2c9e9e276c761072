"""Bills on the v3 wire: apply for one, then fetch it by the link that the answer holds (facts 3.8)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Annotated, Literal, TypedDict

from harness.levers.models import BillChange
from harness.simulator.platform.altered_days import altered
from harness.simulator.platform.bills import BillFile
from harness.simulator.platform.orders import Reason, Refused
from harness.simulator.wire.apiv3.call import Call, FileReply, Reply
from harness.simulator.wire.apiv3.query import Asked, parameter, refuse_unknown
from harness.simulator.wire.kit.answered import BINARY
from harness.simulator.wire.kit.bill_text import moved
from harness.simulator.wire.kit.fund_flow_bill import fund_flow_bill
from harness.simulator.wire.kit.json_schema import Schema
from harness.simulator.wire.kit.parameter_errors import Words
from harness.simulator.wire.kit.trade_bill import TradeBill, trade_bill

DOWNLOAD = "/v3/billdownload/file"
FILE: Mapping[str, Schema] = {"text/plain": {"type": "string"}, "application/x-gzip": BINARY}
"""A file by media type: it may be packed."""
OLDER_DOWNLOAD = "/v3/bill/downloadurl"
"""Older samples show it; links lead to the other one, and both are served."""
BASIC = "BASIC"
BILL_DATE = Asked("bill_date", "账单日期", required=True, form="date")
BILL_TYPE = Asked("bill_type", "账单类型", tuple(TradeBill))
ACCOUNT_TYPE = Asked("account_type", "资金账户类型", (BASIC, "OPERATION", "FEES"))
TAR_TYPE = Asked("tar_type", "压缩类型", ("GZIP",))
TOKEN = Asked("token", "下载凭证", required=True)
OF_TRADE = (BILL_DATE, BILL_TYPE, TAR_TYPE)
OF_FUND_FLOW = (BILL_DATE, ACCOUNT_TYPE, TAR_TYPE)
OF_LINK = (TOKEN, Asked("tartype", TAR_TYPE.label, ("gzip",)))
AS_IT_HAPPENED = BillChange()
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BillLink(TypedDict):
    """Where a bill can be fetched, and what its text comes to."""

    hash_type: Literal["SHA1"]
    hash_value: Annotated[str, {"pattern": "^[0-9a-f]{40}$"}]
    download_url: Annotated[str, {"format": "uri"}]


async def trade(call: Call) -> Reply[BillLink]:
    """GET /v3/bill/tradebill?bill_date=&bill_type=ALL|SUCCESS|REFUND&tar_type=GZIP"""
    day = _day(call)
    kind = TradeBill(parameter(call, BILL_TYPE) or TradeBill.ALL)
    packed = _packed(call)
    refuse_unknown(call, known=OF_TRADE)
    account = call.merchant.account
    desk = account.bill_desk
    change = desk.change

    def lines() -> Iterable[str]:
        trades = account.days.trades(
            day, payments=kind is not TradeBill.REFUND, refunds=kind is not TradeBill.SUCCESS
        )
        told = trade_bill(kind, trades if change == AS_IT_HAPPENED else altered(trades, change))
        return moved(told) if change.columns_moved else told

    as_told = () if change == AS_IT_HAPPENED else (change.model_dump_json(),)
    name = (account.mchid, "trade", kind.value, str(day), *as_told)
    now = account.days.now
    try:
        account.days.check(day)
        desk.check()
        reply = await _applied(call, name, lines, packed=packed)
    except Refused as refused:
        desk.asked(now, day, refused.reason)
        raise
    desk.asked(now, day)
    if change.wrong_hash:
        reply.payload["hash_value"] = reply.payload["hash_value"][::-1]
    return reply


async def fund_flow(call: Call) -> Reply[BillLink]:
    """GET /v3/bill/fundflowbill?bill_date=&account_type=BASIC|OPERATION|FEES&tar_type=GZIP"""
    day = _day(call)
    kind = parameter(call, ACCOUNT_TYPE) or BASIC
    packed = _packed(call)
    refuse_unknown(call, known=OF_FUND_FLOW)
    account = call.merchant.account
    account.days.check(day)
    if kind != BASIC:
        raise Refused(Reason.NO_BILL)

    def lines() -> Iterable[str]:
        return fund_flow_bill(account.mchid, account.days.movements(day))

    return await _applied(call, (account.mchid, "fund-flow", kind, str(day)), lines, packed=packed)


async def download(call: Call) -> FileReply:
    """GET the link of an application; the answer has no signature, as it is no JSON."""
    token, _ = [parameter(call, each) for each in OF_LINK]
    refuse_unknown(call, known=OF_LINK)
    account = call.merchant.account
    link = account.bills.open(token or "", mchid=account.mchid)
    if link.packed:
        return FileReply(200, None, pieces=(link.file.packed,), size=len(link.file.packed), packed=True)
    return FileReply(200, None, pieces=link.file.pieces(), size=link.file.size)


async def _applied(
    call: Call, name: tuple[str, ...], lines: Callable[[], Iterable[str]], *, packed: bool
) -> Reply[BillLink]:
    """What an application is answered; making a busy day's file takes a while, which others need not wait."""
    account = call.merchant.account
    file: BillFile = await asyncio.to_thread(account.bills.file, name, lines)
    token = account.bills.link(file, mchid=account.mchid, packed=packed)
    url = f"{account.platform_url}{DOWNLOAD}?token={token}{'&tartype=gzip' if packed else ''}"
    return Reply(200, {"hash_type": "SHA1", "hash_value": file.sha1, "download_url": url})


def _day(call: Call) -> date:
    given = parameter(call, BILL_DATE) or ""
    try:
        if _DAY.fullmatch(given):
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise Words.DATE.at(BILL_DATE.source, BILL_DATE.label, given)


def _packed(call: Call) -> bool:
    return parameter(call, TAR_TYPE) is not None
