"""`python -m load.run`: a load for one set of criteria, measured by a child process and judged here.

Example:
  python -m load.run --set smoke --env-file .env.simulator --out runs/load

The generator is a process of its own (`python -m load`), because importing Locust patches the whole process.
Below FOLDER/measurements: what it measured in load.json, what that proves in judged.json, and the figures for
the page in summary.json.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from harness.core.control import Check, Grade
from harness.core.errors import GoLiveError, UsageError
from harness.core.money import Fen
from harness.evidence.redaction import Redactor
from harness.processes.parent import end_with_parent, ending_with_us, holding_interrupts, listen_to_interrupts
from harness.settings import EnvFile, Settings
from load.acceptance import accept
from load.criteria.file import load_set, set_names
from load.criteria.model import LoadSet
from load.measurement import FILE, read
from load.plan import plan
from load.summary import summarise

__all__ = ["FINDINGS", "ended", "generate", "generator_arguments", "keep", "main"]

FINDINGS = "measurements/judged.json"
"""Below the folder: a list of checks, each one control's answer for one series."""
_INTERRUPTED = 130
_MEASURED = (0, 2)
"""How a generator ends that has measured something, believable or not."""


def generator_arguments(criteria: LoadSet) -> list[str]:
    """What the generator is told of a set; when a request counts as late is for the set to judge."""
    arrivals = criteria.arrivals
    return [
        f"--arrivals={arrivals.text}",
        f"--mix={criteria.mix}",
        f"--timeout-s={criteria.timeout / 1e6:g}",
        "--lag-bound-ms=1000",
        *(["--poisson"] if arrivals.profile == "poisson" else []),
    ]


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
    *,
    name: str,
    env_file: Path,
    out: Path,
    target: str,
    budget_fen: int | None,
    more: tuple[str, ...],
) -> int:
    """Measure a load for one set of criteria and say what it proves; MORE goes to the generator."""
    criteria = load_set(name)
    grade = Grade.EXPERIENCE if target == "experience" else Grade.SIMULATED
    plan(criteria, grade=grade, budget=None if budget_fen is None else Fen(budget_fen))
    arguments = [*generator_arguments(criteria), f"--env-file={env_file}", f"--out={out}"]
    arguments += [f"--target={target}", *more]
    arguments += [] if budget_fen is None else [f"--budget-fen={budget_fen}"]
    code = generate(arguments)
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
    (out / FINDINGS).write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", "utf-8")


def generate(arguments: Sequence[str]) -> int:
    """Run the generator. It hears Ctrl-C itself, keeps what it measured, and we wait for that."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        with holding_interrupts():
            process = subprocess.Popen([sys.executable, "-m", "load", *arguments], env=ending_with_us())
        with process as child:
            return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def ended(entry: click.Command, name: str) -> NoReturn:
    """Run a command to its end: exit codes of the front door, and no traceback for what a user can mend."""
    end_with_parent()
    try:
        listen_to_interrupts()
        code = entry.main(prog_name=name, standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        code = _INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = UsageError.exit_code
    except GoLiveError as error:
        click.echo(f"golive load: {error}", err=True)
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


def main() -> None:
    """Console entry."""
    ended(command, "python -m load.run")


if __name__ == "__main__":
    main()
