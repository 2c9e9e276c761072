"""What `golive simulator` says at its start stands in two columns, in both languages."""

from __future__ import annotations

import signal

import pytest
from rich.cells import cell_len

from harness.core.control import Language
from harness.simulator.label_column import Row, lines_of
from tests.simulator.foreground.process import started

WIDEST = "Alipay envelope"


def row(said: str, label: str, nth: int = 0) -> list[str]:
    """The lines beside the nth label of that name."""
    lines = said.splitlines()
    margin = f"  {label}{' ' * (len(WIDEST) - cell_len(label))}  "
    first = [number for number, line in enumerate(lines) if line.startswith(margin)][nth]
    beside = [lines[first].removeprefix(margin)]
    for line in lines[first + 1 :]:
        if not line.startswith(" " * cell_len(margin)):
            break
        beside.append(line.strip())
    return beside


def test_it_speaks_chinese_when_asked() -> None:
    rule = "operation=query action=delay value=3"
    with started("--port", "0", "--lang", "zh", "--outage", "rate-limited", "--fault", rule) as process:
        said = process.until("停止")
        outage = "outage rate-limited: operation=any action=status value=429 "
        assert row(said, "故障规则")[0].startswith(outage)
        assert row(said, "故障规则", 1) == [f"--fault: {rule} times=always", "期间对它的运行不会放行"]
        assert row(said, "服务地址")[0].startswith("http://127.0.0.1:")
        assert process.end(signal.SIGTERM) == 0
        assert "已停止" in process.said


@pytest.mark.parametrize(("language", "stop"), [("en", "stop"), ("zh", "停止")])
def test_every_text_begins_in_the_column_behind_the_widest_label(language: Language, stop: str) -> None:
    more = ["--as-platform", "--more-accounts", "public-key", "--outage", "rate-limited"]
    with started("--port", "0", "--lang", language, *more) as process:
        title, *rows = process.until(f"  {stop} ").splitlines()
        assert process.end(signal.SIGTERM) == 0
    assert not title.startswith(" ")
    assert any(line.startswith(f"  {WIDEST}  http") for line in rows)
    column = 2 + len(WIDEST) + 2
    for line in rows:
        reached = next(n for n in range(len(line)) if cell_len(line[:n]) == column)
        assert line[reached - 2 : reached] == "  ", line
        assert line[reached] != " ", line


def test_a_further_account_is_told_of_where_no_settings_are_written() -> None:
    with started("--port", "0", "--more-accounts", "public-key") as process:
        said = process.until("stop ")
        assert process.end(signal.SIGTERM) == 0
    (told,) = row(said, "account")
    assert told.endswith("(key mode public-key): its settings are not written, use --write-env")


def test_hanzi_are_two_columns_wide_and_no_label_is_blank() -> None:
    rows = [Row("base URL", "a"), Row("控制接口二", "b\nc"), Row("", "d")]
    assert lines_of(rows) == ["  base URL    a", "  控制接口二  b", "              c", "              d"]
