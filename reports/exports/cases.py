"""A check as JUnit and Allure tell it: a name of its own, and what a reader needs to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harness.core.control import Check, Control
from harness.core.scenario_titles import scenario_title
from harness.evidence import RunMeta
from harness.verdict import Judgement, Standing, standing_of
from reports.checklist import Checklist
from reports.page.translations import WORDS


@dataclass(frozen=True, slots=True)
class Case:
    """One check of a control."""

    control: Control
    check: Check
    standing: Standing
    turn: int
    """1; or 2 and more where the same scenario was recorded again for the same control and wire."""

    @property
    def wire(self) -> str:
        """Where it was exercised, in brackets; empty where it has no wire."""
        return "" if self.check.dialect == "-" else f" [{self.check.dialect}]"

    @property
    def name(self) -> str:
        """What was exercised: no two cases of a control share it."""
        return f"{scenario_title(self.check.scenario).en}{self.wire}{self._again}"

    @property
    def identity(self) -> tuple[str, ...]:
        """What stays the same from run to run, and belongs to no other case of a run."""
        check = self.check
        again = (str(self.turn),) if self.turn > 1 else ()
        return (check.control, check.scenario, check.provider, check.dialect, *again)

    @property
    def said(self) -> str:
        """What the check said, never empty."""
        return self.check.message or (
            "nothing was exercised" if self.standing is Standing.INCONCLUSIVE else self.standing.value
        )

    @property
    def retried(self) -> str:
        """That it passed only when somebody tried again, with every attempt; empty where it is not so."""
        attempts = ", ".join(each.value for each in self.check.attempts)
        return f"{WORDS['retried'].en}: {attempts}" if self.check.passed_when_retried else ""

    @property
    def explanation(self) -> str:
        """Whose turn it is, why, and how a failure is usually mended, in both languages."""
        check, control = self.check, self.control
        blamed = f" ({check.blame.value})" if check.blame else ""
        parts = [f"{self.standing.value}{blamed}: {self.said}"]
        parts += [self.retried] if self.retried else []
        parts += [f"{control.remedy.en}\n{control.remedy.zh}"] if self.standing is Standing.FAIL else []
        parts += [f"golive explain {control.id}"]
        return "\n\n".join(parts)

    @property
    def _again(self) -> str:
        return f" ({self.turn})" if self.turn > 1 else ""


def of_the_run(meta: RunMeta, judgement: Judgement) -> list[str]:
    """What spoils a run as a whole, whatever its checks say: who reads the checks alone has to meet it."""
    said = [doubt.en for doubt in judgement.doubts]
    said += [f"harness error: {fault}" for fault in meta.faults]
    return said + (["the run was interrupted: what it says is incomplete"] if judgement.interrupted else [])


def cases_of(checklist: Checklist, judgement: Judgement) -> Iterator[Case]:
    """The checks of the run, in the checklist's order."""
    turns: Counter[tuple[str, ...]] = Counter()
    controls = {control.id: control for control in checklist.controls}
    for status in judgement.controls:
        control = controls[status.id]
        for check in status.checks:
            key = (check.control, check.scenario, check.provider, check.dialect)
            turns[key] += 1
            yield Case(control, check, standing_of(check), turns[key])
