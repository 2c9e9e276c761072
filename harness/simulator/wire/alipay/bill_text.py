"""What every bill of Alipay looks like: `#` lines around a table that quotes nothing (facts alipay 8.3).

Lines end in CRLF. Numbers carry a TAB before their comma, so that a spreadsheet leaves them as they are.
Brackets and colons of the `#` lines are full-width.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from harness.core.clock import BEIJING

END = "\r\n"
TAB = "\t"
NOTHING = "0.00"
ACCOUNT_SUFFIX = "0156"
"""Stands behind the merchant's user number wherever a bill or its address names the account."""
NEW_COLUMN = "新增列"
_BREAKS = str.maketrans({"\r": " ", "\n": " ", "\t": " "})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Period:
    """What a bill is about: a Beijing day, or a month."""

    first: date
    after: date
    """The first day that is no part of it."""
    named: str
    """`20261105`, or `202611`."""

    @classmethod
    def of(cls, text: str) -> Period:
        """Read `bill_date`.

        Raises:
            ValueError: neither `yyyy-MM-dd` nor `yyyy-MM`.
        """
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text)
            return cls(day, day + timedelta(days=1), f"{day:%Y%m%d}")
        if not _MONTH.fullmatch(text):
            raise ValueError(text)
        first = date.fromisoformat(f"{text}-01")
        return cls(first, (first + timedelta(days=32)).replace(day=1), f"{first:%Y%m}")

    @property
    def monthly(self) -> bool:
        """Whether it is a month."""
        return len(self.named) == len("202611")

    @property
    def days(self) -> Iterable[date]:
        """Every day of it."""
        return (self.first + timedelta(days=each) for each in range((self.after - self.first).days))


@dataclass(frozen=True, slots=True)
class Frame:
    """The `#` lines of one bill of one account."""

    what: str
    """`业务明细`, `业务汇总`, `账务明细`, `账务汇总`."""
    pid: str
    period: Period
    exported: datetime

    def head(self, columns: Iterable[str]) -> str:
        """All that stands above the rows."""
        lines = [
            f"#支付宝{self.what}查询",
            f"#账号：[{self.pid}{ACCOUNT_SUFFIX}]",
            f"#起始日期：[{self.period.first:%Y年%m月%d日} 00:00:00]   "
            f"终止日期：[{self.period.after:%Y年%m月%d日} 00:00:00]",
            rule(f"{self.what}列表"),
            ",".join(columns),
        ]
        return END.join(lines) + END

    def tail(self, closing: str, *sums: str) -> str:
        """All that stands below them, from the line that closes the table on."""
        at = self.exported.astimezone(BEIJING)
        return END.join([closing, *sums, f"#导出时间：[{at:%Y年%m月%d日 %H:%M:%S}]"]) + END

    @property
    def closing(self) -> str:
        """The line that closes a table of details."""
        return rule(f"{self.what}列表结束", after=36)


def moved(lines: Iterable[str]) -> Iterator[str]:
    """The same with its columns the other way round, and one before them that nobody knows."""
    for told in lines:
        for line in told.removesuffix(END).split(END):
            if line.startswith("#"):
                yield line + END
                continue
            known = "," in line and "支付宝交易号" in line
            yield ",".join(reversed([*line.split(","), NEW_COLUMN if known else "0"])) + END


def rule(text: str, *, before: int = 41, after: int = 40) -> str:
    """A line of dashes with a title in it."""
    return f"#{'-' * before}{text}{'-' * after}"


def moment(at: datetime) -> str:
    """Beijing time without a zone."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"


def free(text: str) -> str:
    """A merchant's own words: its commas stay, as nothing is quoted; breaks would tear the row."""
    return text.translate(_BREAKS)
