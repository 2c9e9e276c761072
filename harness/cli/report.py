"""`golive report`: judge a record again and rebuild its page; nothing but the record is looked at."""

from __future__ import annotations

from contextlib import suppress
from datetime import MAXYEAR, MINYEAR, datetime
from pathlib import Path

import click

from harness.cli.language import PAGE_WORD, language_option
from harness.core.control import Language
from harness.core.errors import UsageError
from harness.core.terminal_language import terminal_language
from harness.evidence import RunRecord
from harness.verdict import exit_code, verdict_lines
from reports.build import PAGE, build


@click.command(
    "report",
    epilog="""\b
Examples:
  golive report                                     the newest run
  golive report runs/20261123T020000Z-a1b2          a certain run
  golive report --as-of 2026-12-10T09:00:00+08:00   what its evidence was worth then""",
)
@click.argument("run", default="runs/latest", type=click.Path(path_type=Path))
@click.option("--as-of", metavar="TIME", help="Judge at this moment, ISO 8601 with zone [default: its end].")
@language_option
def command(run: Path, as_of: str | None, lang: Language | None) -> int:
    """Rebuild report.html, report.json and junit.xml of RUN, byte for byte, and print its verdict.

    Ends with the exit code that the run's evidence deserves.
    """
    folder = run_folder(run)
    meta = RunRecord.open(folder).meta
    judgement = build(folder, as_of=moment_of(as_of))
    language = lang or terminal_language()
    click.echo(f"{PAGE_WORD.spoken(language)}{folder / PAGE}")
    for line in verdict_lines(judgement, meta.gate, language):
        click.echo(line)
    return exit_code(judgement, meta.gate)


def run_folder(run: Path) -> Path:
    """Where a run lies that was named by its path, or as it is called below `runs`."""
    named = Path("runs") / run
    return named if not run.exists() and named.exists() else run


def moment_of(text: str | None) -> datetime | None:
    """A moment as it was typed; None where nothing was.

    Raises:
        UsageError: it is none, or has no zone.
    """
    if text is None:
        return None
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None and MINYEAR < found.year < MAXYEAR:  # a moment that has days around it
            return found
    raise UsageError(
        f"not a moment with its zone: {text!r}",
        where="--as-of",
        remedy="write it like 2026-12-10T09:00:00+08:00",
    )
