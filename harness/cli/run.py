"""`golive run`: rehearse, judge, write the page; the last line is the verdict."""

from __future__ import annotations

from pathlib import Path

import click

from harness.cli.language import PAGE_WORD
from harness.cli.progress import Progress
from harness.core.errors import HarnessError
from harness.core.terminal_language import terminal_language
from harness.plugin.options import TABLE, Option, Options
from harness.plugin.session.embed import rehearse
from harness.plugin.session.interruption import Interruption
from reports.build import PAGE, build


def declared(row: Option) -> click.Parameter:
    """A row of the table as an option of a command."""
    kind: click.Choice[str] | click.Path | None = click.Choice(row.choices) if row.choices else None
    if row.path:
        kind = click.Path(file_okay=row.path == "file", dir_okay=row.path == "folder")
    return click.Option(
        [row.flag, row.name],
        help=row.explained,
        metavar=row.metavar,
        type=kind,
        is_flag=row.is_switch or None,  # False would let the value be left out
        multiple=row.is_repeatable,
    )


@click.command(
    "run",
    params=[declared(row) for row in TABLE if row.front in ("both", "golive")],
    epilog="""\b
Examples:
  golive run                                  everything, against the embedded simulator and shop
  golive run --only CBK,PAY-02                some controls; judges no gate
  golive run --set smoke                      all but browser and load, in seconds; judges no gate
  golive run --defect skips-signature         see the run fail: a shop that verifies nothing
  golive run --target http://127.0.0.1:8765 --env-file .env.simulator --merchant my-shop.toml
  golive run --target experience --budget-fen 70000      the real platform, by .env.local

A target whose settings name no levers is met as a real one: https, allowed hosts, one request
a second, a budget. It makes orders, pays none of them, closes them again, lists them, and says
what only a person or a real platform can add. See docs/real-targets.md.""",
)
def command(**typed: object) -> int:
    """Drive every scenario against an endpoint and a merchant, judge the gates, write the page.

    Writes runs/<time>/ with run.json, results.ndjson, report.html, report.json, junit.xml and
    allure-results/; runs/latest points to it.
    """
    return rehearsed(Options.read(typed | {"language": typed["language"] or terminal_language()}))


def rehearsed(options: Options) -> int:
    """Rehearse with these options, show progress, write the page, say the verdict; the exit code."""
    return rehearsed_record(options)[1]


def rehearsed_record(options: Options) -> tuple[Path | None, int]:
    """As `rehearsed`, with the folder of the record; None where nothing was recorded."""
    with Interruption(options.language) as interruption:
        watchers = (Progress(language=options.language), interruption)
        done = rehearse(options, watchers=watchers)
        if done.record is not None:
            build(done.record.folder)
    leaks = done.leaks()
    page = (
        [f"{PAGE_WORD.spoken(options.language)}{done.record.folder / PAGE}", *leaks]
        if done.record is not None
        else []
    )
    click.echo("\n".join([*page, *done.lines]))
    folder = done.record.folder if done.record is not None else None
    return folder, HarnessError.exit_code if leaks else done.code
