"""Measures a load for one set of criteria, and judges it: `golive measure-load`, a child of `golive load`.

The generator is a process of its own (`golive generate-load`): importing Locust patches the whole process.
Below FOLDER/measurements: what it measured in load.json, what that proves in judged.json, and the figures for
the page in summary.json.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import FrameType

import click

from harness.core.control import Grade
from harness.core.errors import EnvironmentUnreachable
from harness.core.money import Fen
from harness.evidence.redaction import Redactor
from harness.merchant.profile import MerchantProfile
from harness.processes.child import golive_command, start
from harness.processes.interrupts import handling_signals, let_go_of_terminal
from harness.settings import EnvFile, Settings
from load.criteria.choice import plays
from load.criteria.file import load_set, set_names
from load.criteria.model import LoadSet
from load.judged import judge, keep
from load.measurement import FILE, read
from load.orders_reached import compare
from load.plan import plan
from load.watching import memory_of as watched_memory
from load.watching import watching


@click.command(context_settings={"help_option_names": ["-h", "--help"], "ignore_unknown_options": True})
@click.option("--set", "name", required=True, metavar="SET", help=f"{', '.join(set_names())}, or a file.")
@click.option("--env-file", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--target", default="simulator", show_default=True, type=click.Choice(["simulator", "experience"])
)
@click.option("--merchant", help="The profile of who has the checkout.")
@click.option("--merchant-url", help="Instead of the profile's base_url.")
@click.option("--memory-of", type=int, metavar="PID", help="The merchant's process, where we started it.")
@click.option("--budget-fen", type=int, help="Experience edition: worth of all orders together, fen.")
@click.argument("more", nargs=-1)
def command(
    *,
    name: str,
    env_file: Path,
    out: Path,
    target: str,
    merchant: str | None,
    merchant_url: str | None,
    memory_of: int | None,
    budget_fen: int | None,
    more: tuple[str, ...],
) -> int:
    """Measure a load for one set of criteria and say what it proves; MORE goes to the generator."""
    criteria = load_set(name)
    grade = Grade.EXPERIENCE if target == "experience" else Grade.SIMULATED
    plan(criteria, grade=grade, budget=None if budget_fen is None else Fen(budget_fen))
    given = {"budget-fen": budget_fen, "merchant": merchant, "merchant-url": merchant_url}
    more += tuple(f"--{option}={value}" for option, value in given.items() if value is not None)
    with _watching(criteria, out, memory_of, merchant, merchant_url):
        code = generate(name, env_file, out, f"--target={target}", *more)
    if code == EnvironmentUnreachable.exit_code or not (out / FILE).exists():
        return code
    settings = Settings.load(EnvFile.read(env_file))
    checks = judge(out, criteria, grade, Redactor(settings.secrets()))
    if plays(name, "checkout"):
        checks += (compare(read(out / FILE), criteria, settings.levers, grade),)
        keep(checks, out)
    for check in checks:
        sys.stderr.write(
            f"{check.outcome.value:<12} {check.control}  {check.scenario} {check.dialect}  {check.message}\n"
        )
    return 0


def _watching(
    criteria: LoadSet, out: Path, pid: int | None, merchant: str | None, url: str | None
) -> AbstractContextManager[None]:
    """Look at the merchant and the machine meanwhile, where a sentence of the set asks for it."""
    if not criteria.over_time:
        return nullcontext()
    profile = MerchantProfile.load(merchant, base_url=url) if merchant and pid is None else None
    return watching(out, watched_memory(pid, profile), seconds=criteria.arrivals.seconds)


def generate(name: str, env_file: Path, out: Path, *more: str) -> int:
    """Run the generator for a set; returns its exit code.

    It hears Ctrl-C itself, keeps what it measured, and we wait for that. Of anything else that ends us it is
    told, and from then on nothing ends us before it is judged.
    """
    given = [f"--set={name}", f"--env-file={env_file}", f"--out={out}", *more]
    ends = [each for each in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) is not signal.SIG_IGN]
    heard, generators = list[int](), list[subprocess.Popen[bytes]]()

    def tell(number: int, frame: FrameType | None) -> None:
        heard.append(number)
        if number == signal.SIGHUP:
            let_go_of_terminal()
        for each in generators:
            each.terminate()

    with handling_signals(lambda *_: None, signal.SIGINT), handling_signals(tell, *ends):
        generators.append(start(golive_command("generate-load", *given)))
        if heard:
            generators[0].terminate()
        code = generators[0].wait()
    for each in ends if heard else ():
        signal.signal(each, signal.SIG_IGN)
    return code
