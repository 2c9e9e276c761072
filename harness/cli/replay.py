"""`golive replay`: what failed in a run, once more and nothing else."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from itertools import dropwhile
from pathlib import Path
from typing import Any

import click

from harness.cli.language import language_option
from harness.cli.report import run_folder
from harness.cli.run import command as run_command
from harness.cli.run import rehearsed
from harness.core.control import AFTERWARDS, Check, Language, Outcome
from harness.core.errors import UsageError
from harness.core.terminal_language import terminal_language
from harness.evidence import RunRecord
from harness.plugin.options import Options

_AGAIN = re.compile(r"again: golive run ([^;→]+)")
"""What a failure says that repeats exactly what it found."""
_VARIABLE = re.compile(r"[A-Z_]+=")
"""What stands before a command."""
_CHOSEN_ANEW = ("only", "smoke", "load", "out", "gate")
"""What a run chose of everything; what it was thrown at stays."""


@click.command(
    "replay",
    epilog="""\b
Examples:
  golive replay                                      whatever failed in the newest run
  golive replay runs/20261123T020000Z-a1b2 CBK-16    one control of a certain run""",
)
@click.argument("run", default="runs/latest", type=click.Path(path_type=Path))
@click.argument("controls", nargs=-1, metavar="[CONTROL]...")
@language_option
def command(run: Path, controls: tuple[str, ...], lang: Language | None) -> int:
    """Rehearse again what failed in RUN: its controls, against the same target and merchant, with the drawn
    input that a failure names. The answer is a new run's; it judges no gate.
    """
    record = RunRecord.open(run_folder(run))
    wanted = {each.upper() for each in controls}
    failed = [
        check
        for check in record.checks
        if check.outcome is Outcome.FAIL and (not wanted or check.control in wanted)
    ]
    if not failed:
        raise UsageError(
            f"nothing of that failed in this run: {', '.join(sorted(wanted)) or 'no control'}",
            where=str(run),
            remedy="golive report RUN says what came of it",
        )
    only = ",".join(sorted({check.control for check in failed} | _followed(failed, record.checks)))
    again = {"only": only} | _typed(record.meta.command, run) | _drawn(failed)
    click.echo(f"golive run {shlex.join(_written(again))}")
    return rehearsed(Options.read(again | {"language": lang or terminal_language()}))


def _followed(failed: Iterable[Check], checks: Iterable[Check]) -> set[str]:
    """The controls of the scenarios after which the books did not agree: what is compared afterwards is not
    found without them.
    """
    after = {
        (check.scenario.removesuffix(AFTERWARDS), check.dialect)
        for check in failed
        if check.scenario.endswith(AFTERWARDS)
    }
    return {check.control for check in checks if (check.scenario, check.dialect) in after}


def _typed(line: str, run: Path) -> dict[str, Any]:
    """The options of the command that made a run, by their fields, without what it chose."""
    words = list(dropwhile(_VARIABLE.match, shlex.split(line)))
    if words[:1] != ["pytest"] and words[:2] != ["golive", "run"]:
        raise UsageError(
            f"that run was made by another command: {line or 'nobody wrote down which'}",
            where=str(run),
            remedy="type it again: a load is measured anew",
        )
    return {name: value for name, value in _read(words[1:]).items() if name not in _CHOSEN_ANEW}


def _drawn(failed: Iterable[Check]) -> dict[str, Any]:
    """The drawn input that the first failure with one names."""
    found = next((named for check in failed if (named := _AGAIN.search(check.message))), None)
    if found is None:
        return {}
    given = _read(shlex.split(found[1]))
    return {name: value for name, value in given.items() if value and name not in _CHOSEN_ANEW}


def _read(words: list[str]) -> dict[str, Any]:
    """What these words say by the options of `golive run`; others are somebody else's."""
    given = run_command.make_context(
        "golive run", words, ignore_unknown_options=True, allow_extra_args=True
    ).params
    return dict(given)


def _written(typed: dict[str, Any]) -> list[str]:
    flags = {each.name: each.opts[0] for each in run_command.params}
    words = list[str]()
    for name, value in typed.items():
        for each in value if isinstance(value, tuple) else (value,):
            if each is True:
                words.append(flags[str(name)])
            elif each not in (None, False):
                words += [flags[str(name)], str(each)]
    return words
