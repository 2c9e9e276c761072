"""`golive mutants`: every deliberate defect against the control that must catch it: the kill matrix."""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.console import Console

from harness.cli.language import PAGE_WORD, language_option
from harness.core.clock import wire_now
from harness.core.control import Language
from harness.core.errors import UsageError
from harness.core.terminal_language import terminal_language
from harness.mutants.measure import exit_code, measure
from harness.mutants.plan import plan
from harness.mutants.screen import Screen, begins, summary
from reports.kill_matrix import PAGE, build


@click.command(
    "mutants",
    epilog="""\b
Examples:
  golive mutants                        each defect against its own control, and one correct run
  golive mutants --only CBK,PAY-02      the defects that these controls must catch
  golive mutants --only skips-signature one defect
  golive mutants --wide --only shop     which other controls notice the shop's defects too?
  golive mutants --soak 20              no defect: twenty runs of correct shops, each variant in turn

\b
Exit codes: 0 every defect caught, the correct shop let through · 1 a defect survived, or a false
alarm · 2 interrupted · 4 bad usage · 5 a run proves nothing. How to read it: docs/mutants.md""",
)
@click.option("--only", default="", metavar="WORDS", help="Defects, controls, sections, shop or endpoint.")
@click.option("--wide", is_flag=True, help="Let every defect meet every scenario: the full matrix, slow.")
@click.option("--runs", type=click.IntRange(1), default=1, show_default=True, help="Runs of correct shops.")
@click.option("--soak", type=click.IntRange(1), metavar="N", help="No defects; N runs of correct shops.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Runs at once.  [default: cores + 1]")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder.  [default: runs/mutants-<time>]"
)
@language_option
def command(
    *,
    only: str,
    wide: bool,
    runs: int,
    soak: int | None,
    jobs: int | None,
    out: Path | None,
    lang: Language | None,
) -> int:
    """Can these checks fail? Make the shop or the platform wrong on purpose, once for each known defect,
    and see whether the control meant to notice it does. The correct shop must pass.

    Writes kill-matrix.json and kill-matrix.html; the folder of a run stays when it surprised.
    """
    if soak is not None and (wide or runs > 1):
        raise UsageError("a soak has no defects", where="--soak", remedy="leave --wide and --runs away")
    planned = plan(only=only, wide=wide, runs=runs, soak=soak)
    folder = out or Path("runs") / f"mutants-{wire_now():%Y%m%dT%H%M%SZ}"
    workers = jobs or (os.cpu_count() or 1) + 1  # more than half of a run is waiting for others
    language = lang or terminal_language()
    console = Console(highlight=False, soft_wrap=True)
    console.print(begins(len(planned.jobs), workers, language))
    with Screen(len(planned.jobs), console, language) as screen:
        matrix = measure(planned, folder, workers=workers, watcher=screen)
    matrix.write(folder)
    build(folder)
    click.echo("\n".join([f"{PAGE_WORD.spoken(language)}{folder / PAGE}", *summary(matrix, language)]))
    return exit_code(matrix)
