"""Puts what the page shows into the template: one file, no address outside it, the same bytes each time."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from harness.core.control import Text
from harness.core.findings import translated
from harness.core.scenario_titles import scenario_title
from harness.evidence import RunRecord
from harness.evidence.attacks import count_attacks
from harness.verdict import Judgement, Standing, standing_of
from harness.verdict.reasons import GRADES
from reports.checklist import Checklist
from reports.checklist.clause import Clause
from reports.history.trends import trends_of
from reports.judging import papers_in
from reports.page import charts, load_view, moments, pictures, translations
from reports.page.chapters import chapters, dropped, filter_counts, longest_message
from reports.page.failures import failing
from reports.page.fingerprints import in_style, record_digest
from reports.page.gates import GateCard, fewer_in_place, gate_cards, lede
from reports.page.messages import messages
from reports.page.missing import running_out, stages
from reports.page.paper_lines import paper_view
from reports.page.roles import roles
from reports.page.says import says
from reports.page.trend_plots import trend_view
from reports.passed_over import passed_over

MOST_BYTES = 5_900_000
"""Of a page: what pictures have no room for is named, and lies in the record."""
_FILM = "<!-- film -->"
"""Where pictures go when all else is written; no text of a record can hold it, since `<` is escaped."""
_HERE = Path(__file__).parent


def render(record: RunRecord, checklist: Checklist, judgement: Judgement) -> str:
    """The page of a record as judged."""
    meta = record.meta
    cards = gate_cards(checklist, judgement, meta.gate)
    all_chapters = chapters(checklist, judgement, messages(record, judgement))
    own = [check for status in judgement.controls for check in status.checks]
    bad = failing(judgement)
    load = load_view.load_view(record)
    digest = record_digest(record)
    on_file = papers_in(record)
    papers = paper_view(on_file, checklist, judgement)
    answer, colour = translations.headline(judgement)
    text = _template("page.html.j2").render(
        answer=answer,
        attacks=count_attacks(record.folder),
        capacity=load_view.capacity_view(record),
        colour=colour,
        cards=cards,
        chapters=all_chapters,
        clauses=_clauses(checklist),
        controls={control.id: control for control in checklist.controls},
        counts=filter_counts(all_chapters),
        curves={row.control for row in load.rows} if load else (),
        digest=digest,
        dropped=dropped(checklist, judgement),
        failing=bad,
        fewer=fewer_in_place(cards),
        judgement=judgement,
        lede=lede(cards) if cards else None,
        load=load,
        longest=longest_message(all_chapters),
        meta=meta,
        papers=papers,
        passed_over=passed_over(record),
        pictures=pictures.numbers(record),
        record=record,
        roles=roles().roles,
        running_out=running_out(judgement.controls, papers.ends),
        says=says(record, judgement, on_file, papers),
        seal=record.sealed_by or "–",
        sheet=in_style(f"{meta.id}  sha256:{digest[:32]}" if digest else meta.id),
        slowest=charts.slowest(own),
        span=charts.whole(own),
        stages=stages(checklist, judgement, cards),
        timeline=charts.timeline(own),
        trends=trend_view(trends_of(record, judgement)),
        waived=_waived(cards, judgement),
        warnings=_warnings(cards),
    )
    room = MOST_BYTES - len(text.encode())
    first = {each.status.id for each in bad}
    film = _template("journeys.html.j2").render(journeys=pictures.journeys(record, room, first))
    return text.replace(_FILM, film, 1)


def _clauses(checklist: Checklist) -> dict[str, list[Clause]]:
    """By control, the clauses it rests on; of none in sets that are older than the register."""
    known = {clause.id: clause for clause in checklist.clauses}
    return {
        control.id: [known[id_] for id_ in control.clauses if id_ in known]
        for control in checklist.controls
        if control.clauses and known
    }


def _warnings(cards: list[GateCard]) -> tuple[str, ...]:
    """What any gate passes with a remark, each once."""
    return tuple(dict.fromkeys(id_ for card in cards for id_ in card.verdict.warnings))


def _waived(cards: list[GateCard], judgement: Judgement) -> tuple[str, ...]:
    """What some gate has in place only because somebody waived it: GO or not, who signs has to know."""
    waived = [status.id for status in judgement.controls if status.status is Standing.WAIVED]
    lacking = [{each.control for each in card.verdict.missing} for card in cards]
    return tuple(id_ for id_ in waived if not all(id_ in each for each in lacking))


def both(text: Text) -> Markup:
    """A text in both languages; the page shows one."""
    return Markup('<span class="t" lang="zh">{}</span><span class="t" lang="en">{}</span>').format(
        text.zh, text.en
    )


def finding(message: str, longest: int | None = None) -> Markup:
    """What a check said: in Chinese with the English as its title, where somebody translated it."""
    text = translated(message)
    zh, en = (_cut(each, longest) for each in (text.zh, text.en))
    if zh == en:
        return escape(en)
    return Markup(
        '<span class="t" lang="zh" title="{0}">{1}</span><span class="t" lang="en">{0}</span>'
    ).format(en, zh)


def _cut(text: str, longest: int | None) -> str:
    return text if longest is None or len(text) <= longest else text[: longest - 1].rstrip() + "…"


@cache
def _template(name: str) -> Template:
    made = environment(_HERE)
    made.filters |= {
        "as_standing": lambda outcome: Standing(outcome.value),
        "paths": charts.paths,
        "standing": standing_of,
    }
    made.globals |= {
        "l": translations.LOAD_WORDS,
        "w": translations.WORDS,
        "translations": translations,
        "grades": GRADES,
    }
    return made.get_template(name)


def environment(*folders: Path) -> Environment:
    """Templates of a page that speaks both languages."""
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "both": both,
        "finding": finding,
        "beijing": moments.beijing,
        "minute": moments.minute,
        "day": moments.day,
        "seconds": charts.seconds,
        "scenario": scenario_title,
        "attribute": lambda text: escape(f"{text.zh} / {text.en}"),
    }
    return made
