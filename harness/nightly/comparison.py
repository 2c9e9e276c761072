"""What changed between two runs of the same target and merchant, and which run was the one before."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from harness.core.errors import UsageError
from harness.evidence import RunMeta, RunRecord
from harness.verdict import Judgement
from harness.verdict.precedence import Standing
from reports.judging import judge_record


class Night(NamedTuple):
    """One run with its judgement."""

    record: RunRecord
    judgement: Judgement

    @property
    def meta(self) -> RunMeta:
        """What it says of itself."""
        return self.record.meta

    @property
    def verdict(self) -> str:
        """Of its gate, or how a narrowed run ended."""
        if self.judgement.selection is not None:
            return self.judgement.selection
        return self.judgement.gates[self.meta.gate].verdict

    @property
    def red(self) -> tuple[str, ...]:
        """Ids of the controls by which its gate fails, or its selection, by whatever evidence."""
        if self.judgement.selection is not None:
            return self.judgement.selection_failing
        return self.judgement.gates[self.meta.gate].failing

    @property
    def failing(self) -> dict[str, str]:
        """Ids of the controls that fail, with what the worst check said."""
        return {each.id: each.message for each in self.judgement.controls if each.status is Standing.FAIL}


class Changes(NamedTuple):
    """What is otherwise than in the run before."""

    before: str
    """Id of that run."""
    verdict: str
    """Its verdict."""
    failing: tuple[str, ...]
    """Controls that fail now, and did not."""
    mended: tuple[str, ...]
    """Controls that failed, and are satisfied now."""
    undone: tuple[str, ...]
    """Controls that were satisfied, and neither are now nor fail."""
    readiness: float
    """By how many points it grew."""
    subject: bool
    """Whether the app, or its profile, is another."""
    environment: bool
    """Whether configuration, certificates or host are others."""


def judged(folder: Path) -> Night:
    """A run with its judgement.

    Raises:
        UsageError: there is no record, or it is damaged.
    """
    record = RunRecord.open(folder)
    return Night(record, judge_record(record))


def night_before(now: RunRecord) -> Night | None:
    """The newest run before it of the same target, merchant and gate, whole or narrowed as it is, and under
    the same rules of one's own or under none; None: there is none.

    What is damaged, or sealed by nobody who is trusted, is passed over.
    """
    meta, own = now.meta, now.folder.resolve()
    found: list[tuple[RunMeta, Path]] = []
    for path in own.parent.glob("*/run.json"):
        if path.parent.is_symlink() or path.parent == own:
            continue
        try:
            other = RunRecord.read_meta(path.parent)
        except UsageError:
            continue
        if other.started < meta.started and _comparable(other, meta):
            found.append((other, path.parent))
    for _, folder in sorted(found, key=lambda each: each[0].started, reverse=True):
        try:
            night = judged(folder)
        except UsageError:
            continue
        if night.record.broken_seal(whole=False) is None:
            return night
    return None


def _comparable(other: RunMeta, meta: RunMeta) -> bool:
    same = (other.target, other.merchant, other.gate) == (meta.target, meta.merchant, meta.gate)
    alike = other.selection == meta.selection and set(other.fault_rules) == set(meta.fault_rules)
    return same and alike and other.kind == "run" and other.ended is not None


def compare(before: Night, now: Night) -> Changes:
    """What is otherwise now."""
    was = {each.id: each.status for each in before.judgement.controls}
    fails = {each.id for each in now.judgement.controls if each.status is Standing.FAIL}
    good = {each.id for each in now.judgement.controls if each.status.satisfies}
    failed = {id_ for id_, status in was.items() if status is Standing.FAIL}
    satisfied = {id_ for id_, status in was.items() if status.satisfies}
    return Changes(
        before=before.meta.id,
        verdict=before.verdict,
        failing=tuple(sorted(fails - failed)),
        mended=tuple(sorted(failed & good)),
        undone=tuple(sorted(satisfied - good - fails)),
        readiness=now.judgement.readiness_percent - before.judgement.readiness_percent,
        subject=before.meta.subject != now.meta.subject,
        environment=before.meta.environment != now.meta.environment,
    )
