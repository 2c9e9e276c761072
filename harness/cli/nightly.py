"""`golive nightly`: a run, what it left open before, what changed since last night, and whoever is told."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from harness.cli.run import declared, rehearsed_record
from harness.core.errors import UsageError
from harness.core.plain_text import plain
from harness.core.terminal_language import terminal_language
from harness.messages.configuration import Messages
from harness.nightly.follow_up import follow_up
from harness.nightly.known_failures import FILE, KnownFailure, read_known_failures
from harness.nightly.night import Steps, play
from harness.plugin.options import TABLE, Options
from harness.settings.history_place import history_place
from reports.checklist import load
from reports.history.database import append

_HIDDEN = ("headed", "defects", "variants", "mutation", "sequence", "no_history")
"""What a night is not asked for."""


@click.command(
    "nightly",
    params=[declared(row) for row in TABLE if row.front in ("both", "golive") and row.name not in _HIDDEN],
    epilog="""\b
Examples:
  golive nightly --target experience --budget-fen 70000
  golive nightly --known team/known-failures.yaml --strict-messages
  golive message --dry-run                 what would be sent of the newest run

\b
In this order: deferred checks of earlier runs (golive followup), the run (golive run), the
history, a comparison with the run before, messages (golive.toml [messages]).
Exit codes: those of golive run, but 1 also where a known failure passes or a payment did not
come back, 2 where every failure is known, 3 where all is well and the history was not written,
or with --strict-messages a message did not arrive. See docs/nightly.md.""",
)
@click.option(
    "--known",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"Known failures.  [default: {FILE}, where there is one]",
)
@click.option("--no-messages", is_flag=True, help="Tell nobody.")
@click.option("--strict-messages", is_flag=True, help="End with 3 where all is well and a message is lost.")
def command(*, known: Path | None, no_messages: bool, strict_messages: bool, **typed: object) -> int:
    """Run as golive run does, follow up, compare with last night, and tell who wants to know.

    A failure that is known fails its gate like any other; it only is no news.
    """
    language = typed.get("language") or terminal_language()
    options = Options.read(typed | {"language": language})
    messages = Messages() if no_messages else Messages.read()
    lines = known_failures(known)
    place = history_place(options.runs)

    def keep(folder: Path) -> None:
        if place is not None:
            append(place, folder)

    steps = Steps(follow_up=partial(follow_up, options), run=lambda: rehearsed_record(options), keep=keep)
    ending = play(
        steps,
        known=lines,
        known_file=known or FILE,
        messages=messages,
        strict_messages=strict_messages,
    )
    for line in ending.lines:
        click.echo(plain(line.spoken(options.language)))
    return ending.code


def known_failures(path: Path | None) -> tuple[KnownFailure, ...]:
    """The lines of the file that was named, else of the usual one; none where there is none.

    Raises:
        UsageError: a file was named that is not there.
        ConfigurationError: it is not what it must be.
    """
    if path is not None and not path.is_file():
        raise UsageError("there is no such file of known failures", where=str(path), remedy="correct --known")
    if path is None and not FILE.exists():
        return ()
    return read_known_failures(path or FILE, controls=frozenset(each.id for each in load().controls))
