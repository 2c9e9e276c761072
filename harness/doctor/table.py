"""The doctor's report for people: a table on a terminal, plain lines elsewhere. And JSON for programs."""

from __future__ import annotations

import json
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from harness.core.control import Text
from harness.doctor.examine import ready
from harness.doctor.report_line import Finding, State

Language = Literal["zh", "en"]

STATE_WIDTH = 7
COLOURS = {State.OK: "green", State.WARN: "yellow", State.MISSING: "bold red"}
STATES = {
    State.OK: Text(zh="正常", en="ok"),
    State.WARN: Text(zh="注意", en="warn"),
    State.MISSING: Text(zh="缺失", en="missing"),
}
READY = Text(zh="可以演练：golive run", en="ready: golive run")
NOT_READY = Text(zh="还不能演练：请先处理“缺失”的各行", en="not ready: mend the lines that say missing")


def show(findings: list[Finding], language: Language, console: Console) -> None:
    """Write the report to a console in one language."""
    if console.is_terminal:
        console.print(table(findings, language))
    else:
        width = max(cell_len(say(finding.title, language)) for finding in findings)
        for finding in findings:
            console.print(line(finding, language, width), markup=False, highlight=False, soft_wrap=True)
    console.print(say(READY if ready(findings) else NOT_READY, language), markup=False, highlight=False)


def table(findings: list[Finding], language: Language) -> Table:
    """The report as a table, the fix below what needs it."""
    drawn = Table(box=None, pad_edge=False, show_header=False)
    drawn.add_column(no_wrap=True)
    drawn.add_column(no_wrap=True)
    drawn.add_column(overflow="fold")
    for finding in findings:
        detail = Styled(say(finding.detail, language))
        if finding.fix:
            detail.append(f"\n→ {say(finding.fix, language)}", style=COLOURS[finding.state])
        state = Styled(say(STATES[finding.state], language), style=COLOURS[finding.state])
        drawn.add_row(state, Styled(say(finding.title, language)), detail)
    return drawn


def line(finding: Finding, language: Language, width: int) -> str:
    """One finding as one plain line, its title `width` columns wide."""
    state = set_cell_size(say(STATES[finding.state], language), STATE_WIDTH)
    title = set_cell_size(say(finding.title, language), width)
    fix = f" → {say(finding.fix, language)}" if finding.fix else ""
    return f"{state}  {title}  {say(finding.detail, language)}{fix}"


def as_json(findings: list[Finding]) -> str:
    """The report for programs, in both languages."""
    lines = [finding.model_dump(mode="json") for finding in findings]
    return json.dumps({"schema": 1, "ready": ready(findings), "lines": lines}, ensure_ascii=False, indent=2)


def say(text: Text, language: Language) -> str:
    """A text in one language."""
    return text.zh if language == "zh" else text.en
