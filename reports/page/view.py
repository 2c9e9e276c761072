"""What the page shows, decided before any markup: cards, frames, sections and rows."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from harness.core.clock import BEIJING
from harness.core.control import AFTERWARDS, Artifact, Check, Control, Grade, Outcome, Scope, Severity, Text
from harness.core.dialects import all_dialects
from harness.core.scenario_titles import scenario_title
from harness.evidence import RunRecord, kept_file
from harness.verdict import ControlStatus, Count, GateVerdict, Judgement, Missing, Price, standing_of
from harness.verdict.precedence import rank
from harness.verdict.reasons import SCOPES
from reports.checklist import Checklist, Section
from reports.page import translations
from reports.page.translations import FILTERS, SENTENCES

PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
MOST_CHECKS = 50
"""Of one control that the page lists one by one; report.json has every one."""


@dataclass(frozen=True, slots=True)
class PriceGroup:
    """What is missing at one price."""

    price: Price
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class GateCard:
    """One gate of the banner."""

    id: str
    name: Text
    meaning: Text
    judged: bool
    """Whether the run was asked about this gate."""
    verdict: GateVerdict
    groups: tuple[PriceGroup, ...]

    @property
    def percent(self) -> int:
        """Share of the required controls of the app that passed, rounded down."""
        app = self.verdict.app
        return 100 * app.passed // app.required if app.required else 0

    @property
    def others(self) -> list[tuple[Text, Count]]:
        """What is about others than the app, counted apart."""
        return [(SCOPES[scope], count) for scope, count in self.verdict.scopes.items() if scope != Scope.APP]


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of the filmstrip; `data` is None when its file is gone."""

    control: str
    scenario: Text
    title: Text
    data: str | None


@dataclass(frozen=True, slots=True)
class Journey:
    """The filmstrip of one dialect."""

    dialect: Text
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One control with where it stands."""

    control: Control
    status: ControlStatus
    gates: tuple[str, ...]
    """Gates in whose way it stands."""

    @property
    def shown(self) -> tuple[Check, ...]:
        """The checks that the page lists: all of them, or of very many those that did not pass first."""
        if len(self.status.checks) <= MOST_CHECKS:
            return self.status.checks
        return tuple(sorted(self.status.checks, key=lambda each: rank(standing_of(each)))[:MOST_CHECKS])

    @property
    def group(self) -> str:
        """The filter it belongs to."""
        return next(name for name, standings in FILTERS.items() if self.status.status in standings)

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The grades it has to be proven at, lowest first."""
        first = (Grade.SIMULATED,) if self.control.rehearsed else ()
        return tuple(dict.fromkeys((*first, self.control.confirmed_at)))


@dataclass(frozen=True, slots=True)
class Chapter:
    """One section of the checklist."""

    section: Section
    rows: tuple[Row, ...]

    def count(self, group: str) -> int:
        """How many of its controls a filter shows."""
        return sum(row.group == group for row in self.rows)


def gate_cards(checklist: Checklist, judgement: Judgement, gate: str) -> list[GateCard]:
    """The banner's cards, in the checklist's order; none for a narrowed run."""
    cards = []
    for each in checklist.gates:
        verdict = judgement.gates.get(each.id)
        if verdict is not None:
            groups = groupby(verdict.missing, key=lambda missing: missing.price)
            cards.append(
                GateCard(
                    id=each.id,
                    name=each.name,
                    meaning=each.meaning,
                    judged=each.id == gate,
                    verdict=verdict,
                    groups=tuple(PriceGroup(price, tuple(group)) for price, group in groups),
                )
            )
    return cards


def lede(cards: Sequence[GateCard]) -> Text:
    """One sentence that says what comes next."""
    for card in cards:
        if card.verdict.verdict != "GO":
            verdict = card.verdict
            if not verdict.missing:
                return verdict.notes[0]
            return translations.lede(card.name, verdict.verdict, len(verdict.failing), len(verdict.missing))
    return SENTENCES["all_open"]


@dataclass(frozen=True, slots=True)
class Failing:
    """A control that must be mended."""

    status: ControlStatus
    follows: tuple[str, ...] = ()
    """The controls whose failures explain its own; empty where it stands for itself."""


def failing(judgement: Judgement) -> list[Failing]:
    """The controls that must be mended before anything else: causes as the checklist orders them, then what
    follows from them."""
    ids = {id_ for verdict in judgement.gates.values() for id_ in verdict.failing}
    ids |= set(judgement.selection_failing)
    statuses = [status for status in judgement.controls if status.id in ids]
    found = [Failing(status, _follows(status, statuses)) for status in statuses]
    return sorted(found, key=lambda each: bool(each.follows))


def _follows(status: ControlStatus, others: Iterable[ControlStatus]) -> tuple[str, ...]:
    """The controls that failed in every scenario after which this one did."""
    after = {
        check.scenario.removesuffix(AFTERWARDS)
        for check in status.checks
        if check.outcome is Outcome.FAIL and check.scenario.endswith(AFTERWARDS)
    }
    causes: dict[str, set[str]] = {}
    for other in others:
        for check in other.checks:
            if other.id != status.id and check.outcome is Outcome.FAIL and check.scenario in after:
                causes.setdefault(check.scenario, set()).add(other.id)
    return tuple(sorted(set().union(*causes.values()))) if after and after == causes.keys() else ()


def chapters(checklist: Checklist, judgement: Judgement) -> list[Chapter]:
    """Every control of the catalogue, by section."""
    in_the_way: dict[str, list[str]] = {}
    for gate, verdict in judgement.gates.items():
        for missing in verdict.missing:
            in_the_way.setdefault(missing.control, []).append(gate)
    statuses = {status.id: status for status in judgement.controls}
    return [
        Chapter(
            section,
            tuple(
                Row(control, statuses[control.id], tuple(in_the_way.get(control.id, ())))
                for control in checklist.controls
                if control.section == section.id
            ),
        )
        for section in checklist.sections
    ]


def dropped(checklist: Checklist, judgement: Judgement) -> list[Control]:
    """Controls the merchant's declared capabilities took away, fatal ones first."""
    ids = {status.id for status in judgement.controls if status.dropped}
    order = list(Severity)
    found = [control for control in checklist.controls if control.id in ids]
    return sorted(found, key=lambda control: (order.index(control.severity), control.id))


def journeys(record: RunRecord) -> list[Journey]:
    """The pictures of the run, each once: a strip a dialect, in the order their checks began."""
    seen: set[str] = set()
    titles = {each.id: each.title for each in all_dialects()}
    strips: dict[str, list[Frame]] = {dialect: [] for dialect in titles}
    for check in sorted(record.checks, key=lambda each: (each.started, each.control)):
        for artifact in check.artifacts:
            if _is_picture(artifact) and artifact.path not in seen:
                seen.add(artifact.path)
                data = _data_uri(record.folder, artifact.path)
                frame = Frame(check.control, scenario_title(check.scenario), artifact.title, data)
                strips.setdefault(check.dialect, []).append(frame)
    return [
        Journey(titles.get(id_, SENTENCES["no_dialect"]), tuple(strip))
        for id_, strip in strips.items()
        if strip
    ]


def beijing(moment: datetime | None) -> str:
    """A moment as people at the platform read it."""
    return "–" if moment is None else moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def filter_counts(all_chapters: Sequence[Chapter]) -> dict[str, int]:
    """How many controls each filter shows."""
    return {group: sum(chapter.count(group) for chapter in all_chapters) for group in FILTERS}


def _is_picture(artifact: Artifact) -> bool:
    return Path(artifact.path).suffix.lower() in PICTURES


def _data_uri(folder: Path, path: str) -> str | None:
    """A picture as text for the page."""
    file = kept_file(folder, path)
    if file is None:
        return None
    kind = PICTURES[Path(path).suffix.lower()]
    return f"data:{kind};base64,{b64encode(file.read_bytes()).decode()}"
