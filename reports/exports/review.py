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
from harness.verdict import ControlStatus, Judgement, Missing, Price, Standing, price_of, standing_of
from harness.verdict.precedence import rank
from harness.verdict.reasons import GRADES, reason
from reports.checklist import Checklist, Section
from reports.exports.signatures import signatures
from reports.exports.words import SENTENCES
from reports.page.gates import GateCard, gate_cards, lede
from reports.page.moments import beijing
from reports.page.pictures import PICTURES
from reports.page.roles import role_of, roles
from reports.page.translations import STANDINGS, headline, part_lede


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
        """The reason, and what the target lacked."""
        needs = [translated(need) for need in self.missing.needs]
        parts = [self.missing.reason, *needs]
        return Text(zh="；".join(each.zh for each in parts), en="; ".join(each.en for each in parts))


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
        """How it stands, in one word."""
        return STANDINGS[self.status.status][1]

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
    gaps: tuple[Gap, ...]
    """Everything missing, failures first, then cheapest first."""
    lines: tuple[Line, ...]
    """Every control, in the checklist's order."""

    @property
    def meta(self) -> RunMeta:
        """What the run says of itself."""
        return self.record.meta

    def by_price(self) -> Iterable[tuple[Price, Text, list[Gap]]]:
        """The gaps that the same hands close the same way."""
        for (price, who), group in groupby(self.gaps, key=lambda each: (each.missing.price, each.who)):
            yield price, who, list(group)

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
    of = {gap.control.id: gap for gap in reversed(gaps)}
    sections = {section.id: section for section in checklist.sections}
    statuses = {status.id: status for status in judgement.controls}
    signed = signatures(record, checklist, judgement)
    return Review(
        record=record,
        checklist=checklist,
        judgement=judgement,
        answer=answer,
        colour=colour,
        lede=lede(cards) if cards else part_lede(judgement),
        cards=cards,
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
    )


def _gaps(checklist: Checklist, judgement: Judgement) -> list[Gap]:
    """What is missing of any gate, each once, with every gate that it stands in the way of."""
    controls = {control.id: control for control in checklist.controls}
    statuses = {status.id: status for status in judgement.controls}
    first: dict[tuple[str, str], Missing] = {}
    gates: dict[tuple[str, str], list[str]] = {}
    for missing in _of_a_part(controls, statuses, judgement):
        first[missing.control, missing.grade], gates[missing.control, missing.grade] = missing, []
    for gate, verdict in judgement.gates.items():
        for missing in verdict.missing:
            key = (missing.control, missing.grade)
            first.setdefault(key, missing)
            gates.setdefault(key, []).append(gate)
    order = list(Severity)
    found = [
        Gap(
            control=controls[missing.control],
            missing=missing,
            gates=tuple(gates[key]),
            who=roles().roles[role_of(missing, statuses[missing.control])],
            how=_how(missing),
        )
        for key, missing in first.items()
    ]
    places = {id_: place for place, id_ in enumerate(controls)}
    names = list(roles().roles.values())
    return sorted(
        found,
        key=lambda gap: (
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
