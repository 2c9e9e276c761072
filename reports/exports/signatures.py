"""Who signed for a control: the papers of a record that count at a moment, with who stands behind each."""

from __future__ import annotations

from collections.abc import Mapping

from harness.core.control import Text
from harness.evidence import RunRecord
from harness.verdict import Judgement, Standing
from harness.verdict.papers import judge_paper
from reports.checklist import Checklist
from reports.exports.words import SENTENCES
from reports.judging import papers_in
from reports.page.moments import day


def signatures(
    record: RunRecord, checklist: Checklist, judgement: Judgement
) -> Mapping[str, tuple[Text, ...]]:
    """By control, the author of each paper that counts and whoever approved it, with the day.

    Raises:
        UsageError: the snapshot of papers is damaged.
    """
    papers, as_of = papers_in(record), judgement.as_of
    controls = {control.id: control for control in checklist.controls}
    found: dict[str, dict[Text, None]] = {}
    for paper in papers.attestations() if papers else ():
        control = controls.get(paper.control)
        if control is None or paper.given > as_of:
            continue
        outcome, _ = judge_paper(control, paper, subject=judgement.subject, as_of=as_of)
        if not Standing(outcome.value).satisfies:
            continue
        said = found.setdefault(control.id, {})
        said[SENTENCES["signed"].filled(name=paper.name, day=day(paper.given))] = None
        for approval in paper.approvals:
            if approval.holds(as_of):
                said[SENTENCES["approved"].filled(name=approval.name, day=day(approval.given))] = None
    return {control: tuple(said) for control, said in found.items()}
