"""`golive status`: what may go live now, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from harness.cli.history_options import history_if_any, history_option, moment_of, runs_option
from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.cli.paper_options import papers_option
from harness.core.clock import BEIJING, wire_now
from harness.core.control import Language, Text
from harness.core.errors import HarnessError, NotExercised, UsageError
from harness.core.findings import told_in
from harness.core.plain_text import json_text, one_line
from harness.core.terminal_language import terminal_language
from harness.verdict import Judgement, exit_code, open_points, verdict_lines
from reports.history.now import Now, judge_now
from reports.people import papers_of

SCHEMA = 1
_RESTS = Text(
    zh="截至 {moment}，依据运行 {run}（{ended} 结束，对象 {subject}，封印 {key}）",
    en="as of {moment}, by the run {run} (ended {ended}, subject {subject}, sealed by {key})",
)
_DAYS = Text(zh="七日观察：", en="the seven days: ")
_STABILITY = "STB-"


@click.command(
    "status",
    epilog="""\b
Examples:
  golive status                          may it go live now; if not, what is missing at which price
  golive status --gate production --lang zh
  golive status --as-of 2026-12-10T09:00:00+08:00 --json

Judges the newest whole run, with everything that other runs found and what has expired since.
Exit codes: 0 GO · 1 NO-GO · 2 NOT YET · 3 environment unreachable · 4 no whole run that can be
believed, or bad usage · 5 harness error. See docs/history.md.""",
)
@click.option("--as-of", metavar="TIME", help="Judge at this moment, ISO 8601 with zone.  [default: now]")
@click.option("--gate", default="", help="The gate that decides the exit code.  [default: the run's own]")
@click.option("--subject", default="", metavar="PREFIX", help="Only runs of this subject's fingerprint.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for programs.")
@runs_option
@papers_option
@history_option
@language_option
def command(
    *,
    as_of: str | None,
    gate: str,
    subject: str,
    as_json: bool,
    runs: Path,
    papers: Path,
    place: str | None,
    lang: Language | None,
) -> int:
    """Say GO, NO-GO or NOT YET of each gate as things stand now, and what is missing."""
    language = lang or terminal_language()
    clock = wire_now()
    with history_if_any(place, runs) as history:
        moment = moment_of(as_of, "--as-of") or clock
        stand = papers_of(papers, runs=runs)
        now = judge_now(runs, history, moment, clock=clock, papers=stand, subject=subject)
    judged = gate or now.record.meta.gate
    if judged not in now.judgement.gates:
        known = ", ".join(now.judgement.gates)
        raise UsageError(f"there is no gate {gate!r}", where="--gate", remedy=f"use one of {known}")
    if as_json:
        print_document(json_text(_told(now, judged), indent=1))
    else:
        for line in _lines(now, judged, language):
            click.echo(one_line(line))
    return _code(now.judgement, judged)


def _code(judgement: Judgement, gate: str) -> int:
    """As a run ends; but evidence that grew old is missing, and not a run in which nothing ran."""
    code = exit_code(judgement, gate)
    grew_old = code == HarnessError.exit_code and not judgement.tally.harness_errors
    return NotExercised.exit_code if grew_old else code


def _lines(now: Now, gate: str, language: Language) -> Iterator[str]:
    meta, judgement = now.record.meta, now.judgement
    yield _RESTS.filled(
        moment=f"{judgement.as_of.astimezone(BEIJING):%Y-%m-%d %H:%M}",
        run=meta.id,
        ended=f"{now.record.as_of.astimezone(BEIJING):%Y-%m-%d %H:%M}",
        subject=meta.subject[:12],
        key=now.record.sealed_by[:20],
    ).spoken(language)
    if now.passed_over is not None:
        yield now.passed_over.spoken(language)
    if days := _days(judgement):
        yield _DAYS.spoken(language) + days
    yield from open_points(judgement, gate, language, lambda need: told_in(need, language))
    yield from verdict_lines(judgement, gate, language)


def _days(judgement: Judgement) -> str:
    """Where the controls of the seven days stand, where anything was recorded of them."""
    rows = [each for each in judgement.controls if each.id.startswith(_STABILITY) and each.runs]
    return " · ".join(
        f"{each.id} {each.status}" + (f" ({each.message})" if each.message else "") for each in rows
    )


def _told(now: Now, gate: str) -> dict[str, object]:
    judgement = now.judgement
    return {
        "schema": SCHEMA,
        "as_of": judgement.as_of.isoformat(),
        "run": judgement.run,
        "ended": now.record.as_of.isoformat(),
        "subject": judgement.subject,
        "sealed_by": judgement.sealed_by,
        "gate": gate,
        "verdict": judgement.gates[gate].verdict,
        "gates": {id_: found.model_dump(mode="json") for id_, found in judgement.gates.items()},
        "readiness": {"percent": judgement.readiness_percent, "milestones": list(judgement.milestones)},
        "doubts": [doubt.model_dump() for doubt in judgement.doubts],
        "history": [each.model_dump(mode="json") for each in judgement.history],
        "passed_over": None if now.passed_over is None else now.passed_over.model_dump(),
        "stability": _days(judgement),
    }
