"""`golive history`: the runs that were kept, newest first; `golive history import` takes earlier ones in."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from harness.cli.history_options import history_option, place_of, runs_option, since_of
from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.core.clock import BEIJING
from harness.core.control import Language, Text
from harness.core.errors import EnvironmentUnreachable, GoLiveError, UsageError
from harness.core.findings import told_in
from harness.core.plain_text import json_text, one_line
from harness.core.terminal_language import terminal_language
from harness.evidence import META
from reports.history.database import append, open_history
from reports.history.nights import flake_lines, lines, listed
from reports.history.trends import flakes_of

SCHEMA = 1
_SPAN = timedelta(days=30)
_NONE = Text(zh="没有这样的运行", en="no such run")
_TAKEN = Text(zh="在历史中：", en="in the history: ")
_REFUSED = Text(zh="未记入：", en="not taken in: ")


@click.group(
    "history",
    invoke_without_command=True,
    epilog="""\b
Examples:
  golive history                                what ran in the last 30 days, newest first
  golive history --since 2026-11-01 --gate experience
  golive history --since 365d --json
  golive history import runs/*                  take in records of before there was a history

Days and moments are those of Beijing.
Exit codes: 0 listed · 3 the database cannot be reached · 4 there is no history, it is damaged,
or a newer golive wrote it. See docs/history.md.""",
)
@click.option(
    "--since", metavar="WHEN", help="A day, a moment with zone, or days back like 30d.  [default: 30d]"
)
@click.option("--subject", default="", metavar="PREFIX", help="Only of this subject's fingerprint.")
@click.option("--gate", default="", help="Show the verdicts of this gate.  [default: each run's own]")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for programs.")
@runs_option
@history_option
@language_option
@click.pass_context
def command(
    context: click.Context,
    *,
    since: str | None,
    subject: str,
    gate: str,
    as_json: bool,
    runs: Path,
    place: str | None,
    lang: Language | None,
) -> int:
    """List the runs that were kept: verdict, readiness, what failed, how fast it was, whose seal."""
    if context.invoked_subcommand is not None:
        return 0
    language = lang or terminal_language()
    begin = since_of(since) or datetime.now(BEIJING) - _SPAN
    with open_history(place_of(place, runs)) as history:
        found = [run for run in history.runs(since=begin) if run.subject.startswith(subject)]
        _know(gate, {name for run in found for name in run.verdicts})
        nights = list(listed(history, found))
        flakes = flakes_of(history.outcomes_of_failed_parts(since=begin, subject=subject))
    if as_json:
        told = {
            "schema": SCHEMA,
            "runs": [night.model_dump(mode="json") for night in nights],
            "flakes": [flake.model_dump(mode="json") for flake in flakes],
        }
        print_document(json_text(told, indent=1))
        return 0
    table = [*lines(nights, gate, language), *flake_lines(flakes, language)]
    for line in table or [_NONE.spoken(language)]:
        click.echo(one_line(line))
    return 0


@command.command(
    "import",
    epilog="""\b
Examples:
  golive history import runs/*
  golive history import runs/20261123T020000Z-a1b2 --history postgresql://golive@db/golive

Only whole, sealed records are taken in, each once. Exit codes: 0 all are in the history ·
3 it cannot be written · 4 one could not be taken in (the line says why; the others are).""",
)
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@runs_option
@history_option
@language_option
def import_(folders: tuple[Path, ...], runs: Path, place: str | None, lang: Language | None) -> int:
    """Take earlier records in; what is there already stays as it is."""
    language = lang or terminal_language()
    where = place_of(place, runs)
    code = 0
    for folder in folders:
        if folder.is_symlink() or (len(folders) > 1 and not (folder / META).exists()):
            continue  # runs/latest, and what runs/* names beside the records
        try:
            append(where, folder)
        except UsageError as error:
            code = error.exit_code
            _say(f"{_REFUSED.spoken(language)}{folder}: {told_in(str(error), language)}")
        except GoLiveError as error:
            if isinstance(error, EnvironmentUnreachable):
                raise
            code = error.exit_code
            _say(f"{_REFUSED.spoken(language)}{folder}: {told_in(str(error), language)}")
        else:
            _say(f"{_TAKEN.spoken(language)}{folder}")
    return code


def _say(line: str) -> None:
    click.echo(one_line(line))


def _know(gate: str, gates: set[str]) -> None:
    if gate and gates and gate not in gates:
        raise UsageError(
            f"there is no gate {gate!r}", where="--gate", remedy=f"use one of {', '.join(sorted(gates))}"
        )
