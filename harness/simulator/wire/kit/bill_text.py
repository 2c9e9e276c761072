"""How any bill is written: comma-separated, a backtick before every value, free text escaped (facts 3.8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from harness.core.clock import BEIJING
from harness.core.money import Fen

_BOTH = {
    "\\": "\\\\",
    '"': '\\"',
    ",": "\\ ",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\ue000": "\\ ",
    "\x1a": "\\\x1a",
}
IN_ORDERS: Mapping[int, str] = str.maketrans({**_BOTH, "'": "\\'", "`": "\\`"})
IN_REFUNDS: Mapping[int, str] = str.maketrans({**_BOTH, "`": "\\140"})
"""Free text of a trade bill, by the kind of its row: to `str.translate`."""
NEW_COLUMN = "新增列"
IN_FUND_FLOW: Mapping[int, str] = str.maketrans({"\n": "\\n", "\r": "\\r", "\x01": " "})


def header(names: Sequence[str]) -> str:
    """A line of column names, which have no backticks."""
    return ",".join(names) + "\n"


def values(cells: Iterable[str]) -> str:
    """A line of values."""
    return "`" + ",`".join(cells) + "\n"


def moved(lines: Iterable[str]) -> Iterator[str]:
    """The same with its columns the other way round, and one before them that nobody knows.

    Cells have no commas: free text has them escaped.
    """
    for line in lines:
        cells = line.removesuffix("\n").split(",")
        cells.append("`0" if line.startswith("`") else NEW_COLUMN)
        yield ",".join(reversed(cells)) + "\n"


def yuan(fen: int) -> str:
    """Money as bills write it."""
    return Fen(fen).yuan


def moment(at: datetime | None) -> str:
    """Beijing time without a zone, e.g. `2020-03-02 14:17:55`; empty for None."""
    return "" if at is None else at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
