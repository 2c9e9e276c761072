"""`golive load --compare`: whether the newer of two measurements is slower; told, and kept beside it."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from harness.core.control import Language
from harness.core.errors import UsageError
from harness.core.findings import told_in
from harness.core.plain_text import plain
from harness.evidence import META, RunRecord
from load.comparing.comparison import compare
from load.comparing.row import Answer
from load.comparing.shown import caution, ending, table
from load.judged import kept_set
from load.measurement import FILE, read

_FILE = 132
"""Columns of what is no terminal."""
_CODES = {Answer.WORSE: 1, Answer.UNKNOWN: 2, Answer.HELD: 0}


def compared(folder: Path, baseline: Path, tolerance: float, language: Language) -> int:
    """Compare a measurement with an older one; the exit code.

    Args:
        folder: the newer one's: a run with a load in it, or what `python -m load` left.
        tolerance: a share by which a percentile may grow.

    Raises:
        UsageError: either is none, or damaged, or they played different loads.
    """
    if folder.resolve() == baseline.resolve():
        raise UsageError(
            "a run cannot be slower than itself",
            where=str(folder),
            remedy="name an older run with --compare",
        )
    before, now = read(baseline / FILE), read(folder / FILE)
    comparison = compare(before, now, kept_set(folder), older=kept_set(baseline), tolerance=tolerance)
    comparison.write(folder)
    console = Console(soft_wrap=True, highlight=False)
    width = console.width if console.is_terminal else _FILE
    Console(soft_wrap=True, highlight=False, width=width).print(table(comparison, language, width))
    if comparison.reason:
        click.echo(plain(told_in(comparison.reason, language)))
    if _environment(folder) != _environment(baseline):
        click.echo(caution(language))
    click.echo(ending(comparison, language))
    return _CODES[comparison.answer]


def _environment(folder: Path) -> str:
    """The fingerprint of what a run was made against; empty of a measurement that is no run."""
    return RunRecord.open(folder).meta.environment if (folder / META).exists() else ""
