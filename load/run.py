"""Measures a load for one set of criteria, and judges it: `golive measure-load`, a child of `golive load`.

The generator is a process of its own (`golive generate-load`): importing Locust patches the whole process.
Below FOLDER/measurements: what it measured in load.json, what that proves in judged.json, and the figures for
the page in summary.json.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from harness.core.control import Check, Grade
from harness.core.money import Fen
from harness.core.plain_text import json_text
from harness.evidence.redaction import Redactor
from harness.processes.child import golive_command, start
from harness.processes.interrupts import handling_signals
from harness.settings import EnvFile, Settings
from load.acceptance import accept
from load.criteria.file import load_set, set_names
from load.measurement import FILE, read
from load.plan import plan
from load.summary import summarise

FINDINGS = "measurements/judged.json"
"""Below the folder: a list of checks, each one control's answer for one series."""
_MEASURED = (0, 2)
"""How a generator ends that has measured something, believable or not."""


@click.command(context_settings={"help_option_names": ["-h", "--help"], "ignore_unknown_options": True})
@click.option("--set", "name", required=True, metavar="SET", help=f"{', '.join(set_names())}, or a file.")
@click.option("--env-file", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--target", default="simulator", show_default=True, type=click.Choice(["simulator", "experience"])
)
@click.option("--budget-fen", type=int, help="Experience edition: worth of all orders together, fen.")
@click.argument("more", nargs=-1)
def command(
    *, name: str, env_file: Path, out: Path, target: str, budget_fen: int | None, more: tuple[str, ...]
) -> int:
    """Measure a load for one set of criteria and say what it proves; MORE goes to the generator."""
    criteria = load_set(name)
    grade = Grade.EXPERIENCE if target == "experience" else Grade.SIMULATED
    plan(criteria, grade=grade, budget=None if budget_fen is None else Fen(budget_fen))
    budget = [] if budget_fen is None else [f"--budget-fen={budget_fen}"]
    code = generate(name, env_file, out, f"--target={target}", *more, *budget)
    if code not in _MEASURED and not (out / FILE).exists():
        return code
    measurement = read(out / FILE)
    acceptance = accept(measurement, criteria)
    checks = acceptance.checks(grade)
    keep(checks, out)
    redactor = Redactor(Settings.load(EnvFile.read(env_file)).secrets())
    summarise(acceptance, redactor).write(out)
    for check in checks:
        sys.stderr.write(
            f"{check.outcome.value:<12} {check.control}  {check.scenario} {check.dialect}  {check.message}\n"
        )
    return 0


def keep(checks: Sequence[Check], out: Path) -> None:
    """Write down what was found, for whoever started us."""
    plain = [check.model_dump(mode="json", exclude_defaults=True) for check in checks]
    (out / FINDINGS).write_text(json_text(plain, indent=1) + "\n", "utf-8")


def generate(name: str, env_file: Path, out: Path, *more: str) -> int:
    """Run the generator for a set, which judges by itself what is late; returns its exit code.

    It hears Ctrl-C itself, keeps what it measured, and we wait for that.
    """
    given = [f"--set={name}", "--lag-bound-ms=1000", f"--env-file={env_file}", f"--out={out}", *more]
    with handling_signals(lambda *_: None, signal.SIGINT):
        return start(golive_command("generate-load", *given)).wait()
