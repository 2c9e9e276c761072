"""The doctor's report for people: a table on a terminal, plain lines elsewhere. And JSON for programs."""

from __future__ import annotations

import json

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from harness.core.control import Language
from harness.doctor.examine import ready
from harness.doctor.report_line import TEXTS, ReportLine, State

STATE_WIDTH = 7
COLOURS = {State.OK: "green", State.WARN: "yellow", State.MISSING: "bold red"}
STATES, ENDINGS = TEXTS["states"], TEXTS["endings"]


def show(lines: list[ReportLine], language: Language, console: Console) -> None:
    """Write the report to a console in one language."""
    if console.is_terminal:
        console.print(table(lines, language))
    else:
        width = max(cell_len(each.title.spoken(language)) for each in lines)
        for each in lines:
            console.print(plain(each, language, width), markup=False, highlight=False, soft_wrap=True)
    console.print(
        ENDINGS["ready" if ready(lines) else "not_ready"].spoken(language), markup=False, highlight=False
    )


def table(lines: list[ReportLine], language: Language) -> Table:
    """The report as a table, the fix below what needs it."""
    drawn = Table(box=None, pad_edge=False, show_header=False)
    drawn.add_column(no_wrap=True)
    drawn.add_column(no_wrap=True)
    drawn.add_column(overflow="fold")
    for each in lines:
        detail = Styled(each.detail.spoken(language))
        if each.fix:
            detail.append(f"\n→ {each.fix.spoken(language)}", style=COLOURS[each.state])
        state = Styled(STATES[each.state].spoken(language), style=COLOURS[each.state])
        drawn.add_row(state, Styled(each.title.spoken(language)), detail)
    return drawn


def plain(each: ReportLine, language: Language, width: int) -> str:
    """A line as plain text, its title `width` columns wide."""
    state = set_cell_size(STATES[each.state].spoken(language), STATE_WIDTH)
    title = set_cell_size(each.title.spoken(language), width)
    fix = f" → {each.fix.spoken(language)}" if each.fix else ""
    return f"{state}  {title}  {each.detail.spoken(language)}{fix}"


def as_json(lines: list[ReportLine]) -> str:
    """The report for programs, in both languages."""
    document = {"schema": 1, "ready": ready(lines), "lines": [each.model_dump(mode="json") for each in lines]}
    return json.dumps(document, ensure_ascii=False, indent=2)
