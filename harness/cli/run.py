"""`golive run`: rehearse, judge, write the page; the last line is the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from harness.cli.progress import Progress, speak_to_nobody
from harness.core.errors import HarnessError
from harness.plugin.options import DEFECTS, SETS
from harness.plugin.session.embed import rehearse
from harness.plugin.session.interruption import Interruption
from reports.build import PAGE, build


@click.command(
    "run",
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
@click.option(
    "--target",
    default="simulator",
    show_default=True,
    help="simulator (embedded), experience, production, or the URL of an endpoint.",
)
@click.option(
    "--merchant", default="shop", show_default=True, help="shop (ours), or a merchant profile (TOML)."
)
@click.option(
    "--env-file",
    type=click.Path(dir_okay=False),
    help="Settings of the target [default: .env.local; the embedded simulator has its own].",
)
@click.option(
    "--budget-fen",
    metavar="FEN",
    help="What all orders at a real target may be worth together; without it nothing is ordered there.",
)
@click.option(
    "--rate",
    default="1",
    show_default=True,
    metavar="N",
    help="Requests a second at a real target, at most 1.",
)
@click.option(
    "--ca-file",
    type=click.Path(dir_okay=False),
    help="Believe these certificates instead of public roots; evidence then counts as simulated.",
)
@click.option(
    "--gate", default="", help="The gate that decides the exit code [default: the highest the grade allows]."
)
@click.option("--only", default="", metavar="IDS", help="Controls or sections, e.g. CBK,PAY-02.")
@click.option(
    "--set",
    "scenario_set",
    type=click.Choice(SETS),
    default=SETS[0],
    show_default=True,
    help="smoke: every scenario that needs neither browser nor load.",
)
@click.option(
    "--load",
    default="auto",
    metavar="SET",
    help="Load criteria: smoke, brief, nightly, pre-upgrade, a .yaml file, or none.  [default: smoke]",
)
@click.option("--out", type=click.Path(file_okay=False), help="Folder of the record [default: runs/<time>].")
@click.option(
    "--defect",
    multiple=True,
    metavar="NAME",
    help=f"A deliberate defect: {', '.join(sorted(DEFECTS))}.",
)
@click.option("--headed", is_flag=True, help="Show the browser.")
@click.option(
    "--one-by-one",
    is_flag=True,
    help="One scenario after the other. A whole rehearsal otherwise runs its wires side by side, each with a "
    "simulator, a shop and a browser of its own.",
)
def command(
    *,
    target: str,
    merchant: str,
    env_file: str | None,
    budget_fen: str | None,
    rate: str,
    ca_file: str | None,
    gate: str,
    only: str,
    scenario_set: str,
    load: str,
    out: str | None,
    defect: tuple[str, ...],
    headed: bool,
    one_by_one: bool,
) -> int:
    """Drive every scenario against an endpoint and a merchant, judge the gates, write the page.

    Writes runs/<time>/ with run.json, results.ndjson, report.html, report.json, junit.xml and
    allure-results/; runs/latest points to it.
    """
    arguments = [f"--target={target}", f"--merchant={merchant}", f"--gate={gate}", f"--only={only}"]
    arguments += [f"--set={scenario_set}", f"--load={load}"]
    arguments += [f"--env-file={env_file}"] if env_file else []
    arguments += [f"--budget-fen={budget_fen}"] if budget_fen is not None else []
    arguments += [f"--ca-file={ca_file}"] if ca_file else []
    arguments += [f"--rate={rate}"]
    arguments += [f"--defect={name}" for name in defect]
    arguments += ["--headed"] if headed else []
    arguments += ["--one-by-one"] if one_by_one else []
    return rehearsed(arguments, out=Path(out) if out else None)


def rehearsed(arguments: Sequence[str], *, out: Path | None) -> int:
    """Rehearse with these plugin options, show progress, write the page, say the verdict; the exit code."""
    with Interruption() as interruption:
        watchers = (Progress(), interruption)
        done = rehearse(arguments, out=out, watchers=watchers)
        if done.record is not None:
            build(done.record.folder)
    leaks = done.leaks()
    page = [f"Page: {done.record.folder / PAGE}", *leaks] if done.record is not None else []
    try:
        click.echo("\n".join([*page, *done.lines]))
    except BrokenPipeError:
        speak_to_nobody()
    return HarnessError.exit_code if leaks else done.code
