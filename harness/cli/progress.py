"""What a rehearsal shows while it runs: one line a scenario, with the control, the outcome and the time."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from rich.console import Console
from rich.text import Text as Styled

from harness.core.control import Check, Language, Outcome, Text
from harness.core.findings import told_in
from harness.core.scenario_titles import scenario_title

_LOOK = {
    Outcome.PASS: ("✓", "green"),
    Outcome.WARN: ("!", "yellow"),
    Outcome.FAIL: ("✗", "bold red"),
    Outcome.INCONCLUSIVE: ("?", "yellow"),
    Outcome.NEEDS_HUMAN: ("☞", "cyan"),
    Outcome.HARNESS_ERROR: ("⚠", "bold magenta"),
}


class Progress:
    """A pytest plugin: prints a line when a scenario is judged, and keeps pytest's own dots away."""

    def __init__(self, console: Console | None = None, *, language: Language = "en") -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._language = language
        self._total = 0
        self._done = 0
        self._told: Counter[tuple[Outcome, str]] = Counter()

    @pytest.hookimpl(trylast=True)  # a run that is refused has not begun
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Say how much there is to do, before the first scenario needs its servers and its browser."""
        self._total = len(session.items)
        if self._total:
            begins = Text(zh="演练 {total} 个场景……", en="Rehearsing {total} scenarios …")
            self._console.print(begins.filled(total=self._total).spoken(self._language))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A scenario file that cannot be read is a bug that must not hide behind our quiet."""
        if report.failed:
            self._console.print(
                Styled(f"cannot read {report.nodeid}:\n{report.longrepr}", style="bold magenta")
            )

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str]:
        """Our lines replace pytest's letters."""
        return report.outcome, "", ""

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """On a terminal, name the scenario that is running now."""
        if self._console.is_terminal:
            sys.stdout.write(f"\r\x1b[2K  … {nodeid.rpartition('::')[2][:90]}")
            sys.stdout.flush()

    def pytest_golive_checked(self, checks: tuple[Check, ...]) -> None:
        """One scenario was judged."""
        self._done += 1
        if self._console.is_terminal:
            sys.stdout.write("\r\x1b[2K")
        for check in checks:
            sign, style = look(check.outcome)
            line = Styled.assemble(
                (f"[{self._done:>3}/{self._total}] ", "dim"),
                (f"{sign} {check.control}", style),
                f"  {scenario_title(check.scenario, ' [{}]').spoken(self._language)}",
                (f"  {check.duration_s:.2f} s", "dim"),
            )
            self._console.print(line)
            if check.message and check.outcome is not Outcome.PASS:
                self._explain(check, style)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Say how often each message came that stands above once."""
        for (outcome, message), count in self._told.items():
            if count > 1:
                sign, style = look(outcome)
                first = self._spoken(message).splitlines()[0]
                self._console.print(Styled(f"{sign} {count} × {first}", style=style))

    def _explain(self, check: Check, style: str) -> None:
        """Why it did not pass, below its line; the same words are said once and counted."""
        self._told[check.outcome, check.message] += 1
        if self._told[check.outcome, check.message] == 1:
            for part in self._spoken(check.message).splitlines()[:6]:
                self._console.print(Styled(f"            {part}", style=style))

    def _spoken(self, message: str) -> str:
        return told_in(message, self._language)


def look(outcome: Outcome) -> tuple[str, str]:
    """The sign and the style of an outcome."""
    return _LOOK.get(outcome, ("·", "dim"))
