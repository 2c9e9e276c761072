"""`golive diff`: what changed between two runs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from harness.cli.history_options import history_if_any, history_option, runs_option
from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.core.control import Control, Language
from harness.core.errors import GoLiveError, UsageError
from harness.core.plain_text import json_text, one_line
from harness.core.terminal_language import terminal_language
from reports.checklist import load
from reports.history.choose import LAST, PREVIOUS, chosen
from reports.history.difference import Difference, difference
from reports.history.difference_text import markdown_lines, text_lines

SCHEMA = 1


@click.command(
    "diff",
    epilog="""\b
Examples:
  golive diff                                   the newest run against the one before that is like it
  golive diff 2026-11-23 last                   a day's newest run against the newest of all
  golive diff runs/monday runs/tuesday --markdown      for a pull request

A run is a folder, an id of golive history, last, previous, a day, or a moment with zone.
Exit codes: 0 nothing became worse · 1 something did: a control is worse, failed as a new one, or
is no longer exercised; or a latency is slower · 4 no such run, or it cannot be believed.
A latency changed where the 95 % intervals of both runs do not overlap.""",
)
@click.argument("before", default=PREVIOUS)
@click.argument("after", default=LAST)
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for programs.")
@click.option("--markdown", is_flag=True, help="Tables, for a pull request or a job's summary.")
@runs_option
@history_option
@language_option
def command(
    *,
    before: str,
    after: str,
    as_json: bool,
    markdown: bool,
    runs: Path,
    place: str | None,
    lang: Language | None,
) -> int:
    """Say what changed from run BEFORE to run AFTER: controls, latencies, subject, environment."""
    if as_json and markdown:
        raise UsageError("two forms were asked for", where="--json, --markdown", remedy="leave one away")
    language = lang or terminal_language()
    with history_if_any(place, runs) as history:
        one, two = (chosen(name, history, runs) for name in (before, after))
    found = difference(one, two, _catalogues(one.run.checklist, two.run.checklist))
    if as_json:
        print_document(json_text({"schema": SCHEMA, "worse": found.worse, **_plain(found)}, indent=1))
    elif markdown:
        print_document("\n".join(one_line(line) for line in markdown_lines(found, language)))
    else:
        for line in text_lines(found, language):
            click.echo(one_line(line))
    return 1 if found.worse else 0


def _plain(found: Difference) -> dict[str, object]:
    plain: dict[str, object] = found.model_dump(mode="json")
    return plain


def _catalogues(before: str, after: str) -> tuple[tuple[Control, ...], tuple[Control, ...]]:
    """The controls of two requirement sets, where they differ and are known here."""
    if before != after:
        with suppress(GoLiveError):
            return load(before).controls, load(after).controls
    return (), ()
