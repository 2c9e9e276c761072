"""What a review looks at, before any format: the answer, what is missing, who brings it, each control.

Sheet, report and Markdown are written from this, so that no two of them can say something else of a record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from harness.core.control import Check, Control, Grade, Severity, Text
from harness.core.findings import translated
from harness.evidence import RunMeta, RunRecord
from harness.verdict import ControlStatus, Judgement, Missing, Standing, price_of, standing_of
from harness.verdict.precedence import rank
from harness.verdict.reasons import GRADES, reason
from reports.checklist import Checklist, Section
from reports.exports.signatures import signatures
from reports.exports.words import SENTENCES, WORDS
from reports.judging import papers_in
from reports.page.gates import GateCard, gate_cards, lede
from reports.page.missing import Named, RunningOut, Stage, named, running_out, stages, state_of
from reports.page.moments import beijing, minute
from reports.page.paper_lines import paper_view, signers
from reports.page.pictures import PICTURES
from reports.page.roles import role_of, roles
from reports.page.says import sealed_by
from reports.page.translations import ACTIONS, STANDINGS, headline, part_lede, runs_out, told_of
from reports.page.translations import WORDS as PAGE_WORDS

_NOBODY = Text.same("")


@dataclass(frozen=True, slots=True)
class Gap:
    """One control that stands in the way, with who closes the gap, and how."""

    control: Control
    missing: Missing
    gates: tuple[str, ...]
    """Ids of the gates in whose way it stands."""
    who: Text
    how: Text

    @property
    def task(self) -> Text:
        """Who must do what, in one line."""
        return Text(zh=f"{self.who.zh}：{self.how.zh}", en=f"{self.who.en}: {self.how.en}")

    @property
    def why(self) -> Text:
        """Whether it failed, decided nothing or was never run; the reason, and what the target lacked."""
        needs = [translated(need) for need in self.missing.needs]
        parts = [state_of(self.missing), self.missing.reason, *needs]
        return Text(zh="；".join(each.zh for each in parts), en="; ".join(each.en for each in parts))


@dataclass(frozen=True, slots=True)
class Row:
    """What the same hands do in the same way, for one gate; or the sum of such rows."""

    who: Text
    """Empty of a sum, and of what another gate's rows bring."""
    what: Text
    named: tuple[Named, ...]
    how: Text
    count: int
    """Controls that it brings."""
    states: Text = _NOBODY
    """How they come to be missing: failed, decided nothing, never run."""

    @property
    def names(self) -> Text:
        """What it brings, in few words."""
        told = [each.told for each in self.named]
        zh, en = " · ".join(each.zh for each in told), " · ".join(each.en for each in told)
        said = bool(self.states.en)
        return Text(
            zh=f"{zh}（{self.states.zh}）" if said else zh, en=f"{en} ({self.states.en})" if said else en
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One control of the review."""

    control: Control
    section: Section
    status: ControlStatus
    gap: Gap | None
    signed: tuple[Text, ...]
    """Who signed and approved its papers."""

    @property
    def result(self) -> Text:
        """How it stands, in few words."""
        return told_of(self.status.status, self.status.checks)

    @property
    def colour(self) -> str:
        """`go`, `no`, `wait`, `warn`, `mute` or `plan`."""
        return STANDINGS[self.status.status][2]

    @property
    def said(self) -> Text:
        """What was found; empty where there is nothing to say."""
        return translated(self.status.message)

    @property
    def grade(self) -> Text:
        """The grade of its evidence, and the one wanted where that is another."""
        had, wanted = _grade(self.status.grade), _grade(self.status.needed)
        if had == wanted:
            return had
        sentence = SENTENCES["needed"]
        return Text(
            zh=sentence.zh.format(grade=had.zh, needed=wanted.zh),
            en=sentence.en.format(grade=had.en, needed=wanted.en),
        )

    @property
    def evidence(self) -> Text:
        """How often and where it was exercised, and in which run where that was an earlier one."""
        checks = self.status.checks
        if not checks:
            if runs := ", ".join(self.status.runs):
                return SENTENCES["earlier"].filled(runs=runs)
            return SENTENCES["papers" if self.status.recorded else "no_evidence"]
        wires = sorted({each.dialect for each in checks} - {"-"})
        return SENTENCES["checked" if wires else "checked_nowhere"].filled(
            checks=len(checks), wires=", ".join(wires), exercised=sum(each.exercised for each in checks)
        )

    @property
    def when(self) -> str:
        """When the newest evidence was recorded, Beijing time; empty without any."""
        return beijing(self.status.recorded) if self.status.recorded else ""

    @property
    def picture(self) -> str:
        """The path of one picture of it, below the record: of the worst check that has any; empty: none."""
        for check in sorted(self.status.checks, key=lambda each: rank(standing_of(each))):
            for artifact in check.artifacts:
                if artifact.path[artifact.path.rfind(".") :].lower() in PICTURES:
                    return artifact.path
        return ""


@dataclass(frozen=True, slots=True)
class Review:
    """A record as judged, for those who sign."""

    record: RunRecord
    checklist: Checklist
    judgement: Judgement
    answer: Text
    """May we go live?"""
    colour: str
    lede: Text | None
    """What comes next, in one sentence; of a narrowed run, how what was chosen ended."""
    cards: tuple[GateCard, ...]
    """The gates, lowest first; none for a narrowed run."""
    stages: tuple[Stage, ...]
    """What each gate lacks beyond those before it, as tasks; none for a narrowed run."""
    gaps: tuple[Gap, ...]
    """Everything missing, each control once: the next gate's first, then failures, then cheapest first."""
    lines: tuple[Line, ...]
    """Every control, in the checklist's order."""
    running_out: RunningOut | None
    """The evidence that stops counting first."""
    sealed_by: Text
    """Whose key sealed the record."""
    signed_by: Text
    """Who signed papers that count."""

    @property
    def due(self) -> Text | None:
        """By when what is missing has to be there, or until when the answer holds."""
        if self.running_out is None or not self.cards:
            return None
        control = self.checklist.control(self.running_out.control)
        return runs_out(control, minute(self.running_out.moment), not self.stages)

    @property
    def meta(self) -> RunMeta:
        """What the run says of itself."""
        return self.record.meta

    def tables(self) -> list[tuple[Text, list[Row]]]:
        """What is to be done, a heading and its rows for each gate, the next one first; the last row of a
        gate is the sum, which is what it lacks. Of a narrowed run one table without a sum."""
        found = []
        for place, stage in enumerate(self.stages):
            rows = [
                Row(task.role, task.action, task.named, task.how, len(task.items), task.states)
                for task in stage.tasks
            ]
            if stage.before:
                rows.append(Row(_NOBODY, PAGE_WORDS["before"], (), _NOBODY, stage.before))
            lacks = len(stage.card.verdict.missing)
            rows.append(Row(_NOBODY, stage.told("stage_sum"), (), _NOBODY, lacks))
            found.append((stage.told("stage_later" if place else "stage"), rows))
        return found if self.cards or not self.gaps else [(WORDS["missing"], self._of_a_part())]

    def _of_a_part(self) -> list[Row]:
        rows = []
        for (price, who), group in groupby(self.gaps, key=lambda each: (each.missing.price, each.who)):
            gaps = list(group)
            how = gaps[0].how if len(gaps) == 1 else price.command
            names = named([gap.control for gap in gaps], self.checklist)
            rows.append(Row(who, ACTIONS[price], names, how, len(gaps)))
        return rows

    def by_section(self) -> Iterable[tuple[Section, list[Line]]]:
        """The lines of each chapter."""
        for section, group in groupby(self.lines, key=lambda each: each.section):
            yield section, list(group)

    def checks(self) -> Iterable[tuple[Control, Check]]:
        """Every check of the run, in the checklist's order."""
        for line in self.lines:
            for check in line.status.checks:
                yield line.control, check


SIGNING = ("qa", "developers", "operations", "company", "release_manager")
"""Roles that sign, as their keys in the page's roles.yaml."""


def signing_roles() -> list[Text]:
    """What those who sign are called."""
    return [roles().roles[key] for key in SIGNING]


def review_of(record: RunRecord, checklist: Checklist, judgement: Judgement) -> Review:
    """Everything the formats for people show of a judged record."""
    cards = tuple(gate_cards(checklist, judgement, record.meta.gate))
    answer, colour = headline(judgement)
    gaps = tuple(_gaps(checklist, judgement))
    of = {gap.control.id: gap for gap in gaps}
    sections = {section.id: section for section in checklist.sections}
    statuses = {status.id: status for status in judgement.controls}
    signed = signatures(record, checklist, judgement)
    on_file = papers_in(record)
    view = paper_view(on_file, checklist, judgement)
    return Review(
        record=record,
        checklist=checklist,
        judgement=judgement,
        answer=answer,
        colour=colour,
        lede=lede(cards) if cards else part_lede(judgement),
        cards=cards,
        stages=tuple(stages(checklist, judgement, cards)),
        gaps=gaps,
        lines=tuple(
            Line(
                control=control,
                section=sections[control.section],
                status=statuses[control.id],
                gap=of.get(control.id),
                signed=signed.get(control.id, ()),
            )
            for control in checklist.controls
        ),
        running_out=running_out(judgement.controls, view.ends),
        sealed_by=sealed_by(judgement.sealed_by, on_file),
        signed_by=signers(view),
    )


def _gaps(checklist: Checklist, judgement: Judgement) -> list[Gap]:
    """What is missing of any gate, each once, with every gate that it stands in the way of."""
    controls = {control.id: control for control in checklist.controls}
    statuses = {status.id: status for status in judgement.controls}
    first: dict[str, Missing] = {}
    gates: dict[str, list[str]] = {}
    for missing in _of_a_part(controls, statuses, judgement):
        first[missing.control], gates[missing.control] = missing, []
    for gate, verdict in judgement.gates.items():
        for missing in verdict.missing:
            first.setdefault(missing.control, missing)
            gates.setdefault(missing.control, []).append(gate)
    order = list(Severity)
    found = [
        Gap(
            control=controls[missing.control],
            missing=missing,
            gates=tuple(gates[missing.control]),
            who=roles().roles[role_of(missing, statuses[missing.control])],
            how=_how(missing),
        )
        for missing in first.values()
    ]
    places = {id_: place for place, id_ in enumerate(controls)}
    names = list(roles().roles.values())
    in_order = list(judgement.gates)
    return sorted(
        found,
        key=lambda gap: (
            in_order.index(gap.gates[0]) if gap.gates else 0,
            gap.missing.price.order,
            names.index(gap.who),
            order.index(gap.control.severity),
            places[gap.control.id],
        ),
    )


def _of_a_part(
    controls: Mapping[str, Control], statuses: Mapping[str, ControlStatus], judgement: Judgement
) -> Iterator[Missing]:
    """What a narrowed run found failing or left open; it judges no gate."""
    for id_ in (*judgement.selection_failing, *judgement.selection_open):
        standing = statuses[id_].status
        if id_ in judgement.selection_failing:
            standing = Standing.FAIL
        elif standing.satisfies:  # by an earlier run, or because nothing of it applies here
            standing = Standing.INCONCLUSIVE
        yield Missing(
            control=id_,
            standing=standing,
            grade=judgement.grade,
            price=price_of(controls[id_], Grade.SIMULATED, standing),
            reason=reason(standing, Grade.SIMULATED),
        )


def _how(missing: Missing) -> Text:
    """What to type, for this very control."""
    command = missing.price.command
    return Text(
        zh=command.zh.replace("编号", missing.control), en=re.sub(r"\bID\b", missing.control, command.en)
    )


def _grade(word: str) -> Text:
    return next((text for grade, text in GRADES.items() if grade.label == word), Text.same(word))


def grade_word(grade: Grade) -> Text:
    """What a grade is called."""
    return GRADES[grade]
