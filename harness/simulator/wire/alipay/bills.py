"""Bills of Alipay: an address that lives half a minute, and the archive behind it (facts alipay 8.1, 8.2).

A day's bill is there from nine o'clock of the next, a month's from the third of the next. A day without
business has an empty file, and the answer says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as time_of_day
from secrets import token_hex
from typing import Annotated, Final, Literal, NotRequired, TypedDict, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from harness.core.clock import BEIJING
from harness.levers.models import BillChange
from harness.simulator.platform.altered_days import BillDesk as PlantedBills
from harness.simulator.platform.bills import BillFile, Bills, archived
from harness.simulator.platform.orders import Reason, Refused
from harness.simulator.wire.alipay.bill_funds import Flow, funds_detail, funds_summary
from harness.simulator.wire.alipay.bill_text import ACCOUNT_SUFFIX, Frame, Period, moved
from harness.simulator.wire.alipay.bill_trade import Deal, trade_detail, trade_summary
from harness.simulator.wire.alipay.bill_zip import Entry, archive
from harness.simulator.wire.alipay.members import BILL_DATE, BILL_TYPE

METHOD = "alipay.data.dataservice.bill.downloadurl.query"
DOWNLOAD = "/downloadBillFile.resource"
TIMED_OUT = "下载超时，请重新下载"
EMPTY: Final = "EMPTY_DATA_WITH_BILL_FILE"
READY = time_of_day(9)
"""When the day before can be fetched, Beijing; a month from this hour of the third."""
MONTH_READY = 3
YEARS_KEPT = 6
BIZ_TYPES: Mapping[str, str] = {"trade": "trade", "signcustomer": "fnd"}
"""What an address calls each `bill_type`; the others are sold by contract, and nobody signed one here."""

_Row = TypeVar("_Row")


class BillRefused(Exception):
    """Why there is no such bill, as the gateway's `sub_code` and `sub_msg` say it."""

    def __init__(self, sub_code: str, sub_msg: str) -> None:
        super().__init__(f"{sub_code}: {sub_msg}")
        self.sub_code = sub_code
        self.sub_msg = sub_msg


class AlipayBillLink(TypedDict):
    """Where a bill can be fetched; the code says that it is empty."""

    bill_download_url: Annotated[str, {"format": "uri"}]
    bill_file_code: NotRequired[Literal["EMPTY_DATA_WITH_BILL_FILE"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BillDesk:
    """Hands out the bills of one merchant.

    Args:
        pid: the merchant's user number.
        bills: where links live as long as `BILL_LINK` says.
        deals: what was paid and given back on one Beijing day, oldest first.
        flows: what changed the balance on it, oldest first.

    Either may raise `Refused` where there was nothing.
    """

    pid: str
    now: Callable[[], datetime]
    """Business time."""
    bills: Bills
    deals: Callable[[date], Sequence[Deal]]
    flows: Callable[[date], Sequence[Flow]]
    planted: PlantedBills = field(default_factory=PlantedBills)
    """How a test wants the bill of business altered, and who applied for it."""

    def apply(self, members: Mapping[str, object], base_url: str) -> AlipayBillLink:
        """What the method answers; making a busy day's file takes a while.

        Args:
            members: of `biz_content`.
            base_url: where `DOWNLOAD` is served.

        Raises:
            BillRefused: no such kind of bill, no such day, or not yet.
        """
        kind, period = _kind(members), _period(members)
        of_day = kind == "trade" and not period.monthly
        try:
            self._check(period)
            if of_day:
                self.planted.check()
        except Refused:
            self._note(period, Reason.BILL_CREATING, of_day=of_day)
            raise BillRefused("BILL_NOT_EXIST", "账单不存在，账单尚未生成") from None
        except BillRefused:
            self._note(period, Reason.BILL_DAY, of_day=of_day)
            raise
        change = self.planted.change
        as_told = (change.model_dump_json(),) if of_day and change != BillChange() else ()
        file = self.bills.kept((self.pid, kind, period.named, *as_told), lambda: self._made(kind, period))
        self._note(period, None, of_day=of_day)
        token = self.bills.link(file, mchid=self.pid, packed=True, token=token_hex(16))
        name = f"{self.pid}{ACCOUNT_SUFFIX}_{period.named}.csv.zip"
        biz_type = BIZ_TYPES[kind]
        query = {
            "bizType": biz_type,
            "userId": f"{self.pid}{ACCOUNT_SUFFIX}",
            "fileType": "csv.zip",
            "bizDates": period.named,
            "downloadFileName": name,
            "fileId": f"/{biz_type}/{self.pid}{ACCOUNT_SUFFIX}/{period.named}.csv.zip",
            "timestamp": str(int(time.time())),
            "token": token,
        }
        told: AlipayBillLink = {"bill_download_url": f"{base_url}{DOWNLOAD}?{urlencode(query)}"}
        if file.empty:
            told["bill_file_code"] = EMPTY
        return told

    def _note(self, period: Period, refused: Reason | None, *, of_day: bool) -> None:
        """Remember who applied for a day's bill of business."""
        if of_day:
            self.planted.asked(self.now(), period.first, refused)

    def _check(self, period: Period) -> None:
        now = self.now().astimezone(BEIJING)
        if period.first > now.date():
            raise BillRefused("INVAILID_ARGUMENTS", "账单日期不能晚于当前日期")
        if period.first.year < now.year - YEARS_KEPT:
            raise BillRefused("BILL_NOT_EXIST", "账单不存在，超出可下载的时间范围")
        ready_day = period.after.replace(day=MONTH_READY) if period.monthly else period.after
        if now < datetime.combine(ready_day, READY, BEIJING):
            raise BillRefused("BILL_NOT_EXIST", "账单不存在，账单尚未生成")

    def _made(self, kind: str, period: Period) -> BillFile:
        now = self.now()
        what = "业务" if kind == "trade" else "账务"
        detail = Frame(f"{what}明细", self.pid, period, now)
        summary = Frame(f"{what}汇总", self.pid, period, now)
        stem = f"{self.pid}{ACCOUNT_SUFFIX}_{period.named}"
        rows: Sequence[Deal] | Sequence[Flow]
        if kind == "trade":
            rows = deals = _whole(self.deals, period)
            lines = trade_detail(detail, deals)
            entries = [
                Entry(f"{stem}_业务明细.csv", moved(lines) if self.planted.change.columns_moved else lines),
                Entry(f"{stem}_业务明细(汇总).csv", trade_summary(summary, deals)),
            ]
        else:
            rows = flows = _whole(self.flows, period)
            entries = [
                Entry(f"{stem}_账务明细.csv", funds_detail(detail, flows)),
                Entry(f"{stem}_账务汇总.csv", funds_summary(summary, flows)),
            ]
        return archived(archive(entries, now), empty=not rows)


def download(request: Request, desk_of: Callable[[str], BillDesk | None]) -> Response:
    """GET an address of a bill: its archive, or the page that says that its time is over.

    Args:
        desk_of: whose bills they are, by the user number.
    """
    account = request.query_params.get("userId", "")
    desk = desk_of(account.removesuffix(ACCOUNT_SUFFIX))
    name = request.query_params.get("downloadFileName", "").replace('"', "")
    try:
        if desk is None:
            return PlainTextResponse(TIMED_OUT)
        link = desk.bills.open(request.query_params.get("token", ""), mchid=desk.pid)
    except Refused:
        return PlainTextResponse(TIMED_OUT)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'} if name.isascii() else {}
    return Response(link.file.packed, media_type="application/zip", headers=headers)


def _whole(rows_of: Callable[[date], Sequence[_Row]], period: Period) -> list[_Row]:
    """The rows of every day; a day without any has none."""
    found: list[_Row] = []
    for day in period.days:
        try:
            found.extend(rows_of(day))
        except Refused:
            continue
    return found


def _kind(members: Mapping[str, object]) -> str:
    given = members.get(BILL_TYPE.name)
    if not isinstance(given, str) or not given:
        raise BillRefused("INVAILID_ARGUMENTS", "入参不合法：bill_type不能为空")
    if given not in BIZ_TYPES:
        raise BillRefused("TYPE_NOT_SUPPORTED", "账单类型不支持")
    return given


def _period(members: Mapping[str, object]) -> Period:
    try:
        return Period.of(str(members.get(BILL_DATE.name, "")))
    except ValueError:
        raise BillRefused("INVAILID_ARGUMENTS", "入参不合法：bill_date格式错误") from None
