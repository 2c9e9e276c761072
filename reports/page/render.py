"""Puts the view into the template: one file, no address outside it, the same bytes for the same record."""

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
from reports.page import charts, load_view, translations, view
from reports.passed_over import passed_over

_HERE = Path(__file__).parent


def render(record: RunRecord, checklist: Checklist, judgement: Judgement) -> str:
    """The page of a record as judged."""
    cards = view.gate_cards(checklist, judgement, record.meta.gate)
    all_chapters = view.chapters(checklist, judgement)
    own = [check for status in judgement.controls for check in status.checks]
    answer, colour = translations.headline(judgement)
    return _template().render(
        answer=answer,
        attacks=count_attacks(record.folder),
        capacity=load_view.capacity_view(record),
        colour=colour,
        cards=cards,
        chapters=all_chapters,
        checklist=checklist,
        controls={control.id: control for control in checklist.controls},
        counts=view.filter_counts(all_chapters),
        dropped=view.dropped(checklist, judgement),
        failing=view.failing(judgement),
        journeys=view.journeys(record),
        judgement=judgement,
        lede=view.lede(cards) if cards else None,
        load=load_view.load_view(record),
        meta=record.meta,
        passed_over=passed_over(record),
        record=record,
        seal=record.sealed_by or "–",
        slowest=charts.slowest(own),
        span=charts.whole(own),
        timeline=charts.timeline(own),
    )


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
def _template() -> Template:
    made = environment(_HERE)
    made.filters |= {"as_standing": lambda outcome: Standing(outcome.value), "standing": standing_of}
    made.globals |= {
        "l": translations.LOAD_WORDS,
        "w": translations.WORDS,
        "translations": translations,
        "grades": GRADES,
    }
    return made.get_template("page.html.j2")


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
        "beijing": view.beijing,
        "seconds": charts.seconds,
        "scenario": scenario_title,
        "attribute": lambda text: escape(f"{text.zh} / {text.en}"),
    }
    return made
