"""`golive dossier …`: the plan's paper trail in one folder, and how it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.cli.paper_options import WORDS, kind_word, moment_of, papers_option, word
from harness.cli.report import run_folder
from harness.core.clock import BEIJING, wire_now
from harness.core.control import Language, Text
from harness.core.errors import UsageError
from harness.core.plain_text import one_line
from harness.core.terminal_language import terminal_language
from harness.evidence import RunRecord
from harness.verdict.papers import last_day
from reports.checklist import load
from reports.judging import checklist_of, judge_record
from reports.people import Kind, PaperEntry, papers_of
from reports.people.dossier import Dossier, Milestone, Paper, State, dossier
from reports.people.forms import FORMS, make_folder
from reports.people.roster import ROSTER

SHOWN = 8
"""Ids named in one line."""
INCOMPLETE = 2


@click.group("dossier")
def command() -> None:
    """The plan's papers in one folder: who signs, a form for each paper, and what is missing."""


@command.command("init", short_help="Make the folder: who may sign, and a form for each paper.")
@papers_option
@language_option
def init(papers: Path, lang: Language | None) -> int:
    """Make the folder of papers, with people.toml and a bilingual form for each paper of the plan.

    What is there already is left as it is, so it may be run again.

    \b
    Examples:
      golive dossier init
      golive dossier init --papers shared/papers

    Exit codes: 0 made · 4 the folder cannot be written
    """
    language = lang or terminal_language()
    try:
        made = make_folder(papers, load())
    except OSError as error:
        raise UsageError(
            f"the folder of papers cannot be made: {error.strerror}",
            where=str(error.filename or papers),
            remedy="name another: --papers DIR",
        ) from error
    click.echo(word("made", language, folder=papers, count=len(made)))
    click.echo(word("next_person", language, file=papers / ROSTER))
    click.echo(word("next_form", language, forms=papers / FORMS))
    return 0


@command.command("status", short_help="What is missing, by whom, and how long each paper is valid.")
@click.option("--as-of", metavar="TIME", help="At this moment, ISO 8601 with zone, or a day.  [now]")
@click.option("--run", type=click.Path(path_type=Path), help="The run to judge by.  [the newest whole one]")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, in both languages.")
@papers_option
@language_option
def status(*, as_of: str | None, run: Path | None, as_json: bool, papers: Path, lang: Language | None) -> int:
    """Say how the plan's papers stand: missing, by whom, valid how long, and what expires within 14 days.

    Then the plan's six weeks with what is open in each, and its three milestones with what blocks them, by
    the newest run. Entries of the ledger that count for nothing are named with the reason.

    \b
    Examples:
      golive dossier status --lang zh
      golive dossier status --as-of 2026-12-24
      golive dossier status --json > dossier.json

    Exit codes: 0 every paper is valid · 2 something is missing · 4 usage, or a damaged run
    """
    language = lang or terminal_language()
    moment = moment_asked(as_of)
    found = standing(papers, moment, run)
    if as_json:
        told = {"schema": 1, "complete": found.complete, **found.model_dump(mode="json", by_alias=True)}
        print_document(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        if not papers.is_dir():
            click.echo(_say("no_folder", language, folder=papers))
        for line in _lines(found, language):
            click.echo(one_line(line))
    return 0 if found.complete else INCOMPLETE


def moment_asked(text: str | None) -> datetime:
    """The moment that was asked for; a day is its end in Beijing, none is now.

    Raises:
        UsageError: it is neither.
    """
    return wire_now() if text is None else moment_of(text, "--as-of")


def standing(folder: Path, moment: datetime, run: Path | None = None) -> Dossier:
    """The dossier by the papers as they stand now and the newest run, or a named one.

    Raises:
        UsageError: there is no such run, or it is damaged.
    """
    papers = papers_of(folder, runs=Path("runs"))
    place = run_folder(run) if run is not None else _newest_whole(Path("runs"))
    if place is None:
        return dossier(load().controls, papers, moment)
    record = RunRecord.open(place)
    judgement = judge_record(record, max(moment, record.as_of), papers)
    return dossier(checklist_of(record).controls, papers, moment, judgement, record.meta.subject)


def _newest_whole(runs: Path) -> Path | None:
    """The newest run that was neither narrowed nor met rules of one's own: others say nothing of weeks."""
    for place in sorted((path.parent for path in runs.glob("*/run.json")), reverse=True):
        with suppress(UsageError):
            meta = None if place.is_symlink() else RunRecord.read_meta(place)
            if meta is not None and not (meta.selection or meta.fault_rules):
                return place
    return None


def _lines(found: Dossier, lang: Language) -> Iterator[str]:
    wanted = [each for each in found.papers if each.state is not State.TESTED]
    valid = [each for each in wanted if each.state in (State.VALID, State.SOON)]
    yield _say("head", lang, moment=_day(found.as_of), done=len(valid), all=len(wanted))
    for paper in found.papers:
        yield from _paper(paper, lang)
    yield from ("", _say("weeks", lang))
    yield "  " + (_say("run", lang, run=found.run) if found.run else _say("no_run", lang))
    for week in found.weeks:
        left = (
            _say("open", lang, count=len(week.open), ids=_some(week.open))
            if week.open
            else _say("done", lang)
        )
        yield "  " + _say("week", lang, number=week.number, title=week.title.spoken(lang), open=left)
    yield from ("", _say("milestones", lang))
    yield from ("  " + _milestone(each, lang) for each in found.milestones)
    if found.entries:
        yield from ("", _say("entries", lang))
    for entry in found.entries:
        yield "  " + _entry(entry, lang)
    if found.refused:
        yield from ("", _say("refused", lang))
    for each in found.refused:
        why = each.why.spoken(lang)
        about = {"number": each.number, "control": each.control, "author": each.author}
        yield "  " + (
            _say("refusal", lang, **about, why=why) if each.number else _say("folder", lang, why=why)
        )


def _entry(entry: PaperEntry, lang: Language) -> str:
    """An entry in force, by the number that `approve`, `withdraw` and `--corrects` want."""
    told = {"number": entry.number, "control": entry.control, "author": entry.author}
    said = [_say("entry", lang, **told, kind=kind_word(entry.kind).spoken(lang))]
    said += [_say("until", lang, until=last_day(entry.valid_until))] if entry.valid_until else []
    said += [_say("covers", lang, budget=entry.budget)] if entry.kind is Kind.WAIVER else []
    return " · ".join([*said, *filter(None, (entry.reason or entry.statement,))])


def _paper(paper: Paper, lang: Language) -> Iterator[str]:
    state: Text = WORDS["states"][paper.state]
    title = f"{paper.control}  {paper.title.spoken(lang)}"
    yield f"  {_MARKS[paper.state]} {title} · {state.spoken(lang)}" + (
        f" · {paper.note.spoken(lang)}" if paper.note else ""
    )
    if paper.command:
        who = "" if paper.state is State.TESTED else _say("who", lang, who=paper.who.spoken(lang)) + " · "
        yield f"      {who}{paper.command}"


_MARKS = {
    State.VALID: "✓",
    State.SOON: "!",
    State.APPROVAL: "○",
    State.VOID: "✗",
    State.MISSING: "✗",
    State.TESTED: "·",
}


def _milestone(each: Milestone, lang: Language) -> str:
    told = {"number": each.number, "title": each.title.spoken(lang)}
    if each.reached is None:
        return _say("unknown", lang, **told)
    if each.reached:
        return _say("reached", lang, **told)
    return (
        _say("blocked", lang, **told, ids=_some(each.blocked_by))
        if each.blocked_by
        else _say("unreached", lang, **told)
    )


def _some(ids: Sequence[str]) -> str:
    more = len(ids) - SHOWN
    return " ".join(ids[:SHOWN]) + (f" … +{more}" if more > 0 else "")


def _day(moment: datetime) -> str:
    return moment.astimezone(BEIJING).isoformat(" ", "minutes")[:16]


def _say(name: str, lang: Language, **values: object) -> str:
    return WORDS["status"][name].filled(**values).spoken(lang)
