"""`make bench`: runs the benchmarks, tells what they found, writes `bench/results/latest.json`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bench.benchmarks import Benchmark, benchmarks
from bench.history_chart import write_picture
from bench.metrics import Metric
from bench.plan import FULL, QUICK, Bench
from bench.results import Result, append, history, load_per_core, write
from harness.core.errors import GoLiveError

BUSY = 0.5
"""Load average for each core before we start, above which others are at work here."""


@click.command("bench", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="Less of everything, and no rehearsal: a minute, rough figures.")
@click.option("--only", metavar="NAME", help="One benchmark; writes nothing.")
@click.option("--keep", is_flag=True, help="Add the result to the committed history and draw it anew.")
@click.option("--draw", is_flag=True, help="Measure nothing: draw the history anew.")
def command(*, quick: bool, only: str | None, keep: bool, draw: bool) -> None:
    """Measure the simulator and a rehearsal. Figures depend on the machine; ratios hardly do.

    \b
    Throughput is requests for one CPU second of the server process (user and system, over real loopback
    HTTP), next to signatures for one CPU second of one thread, measured in turn on the same core.
    """
    if draw:
        click.echo(f"drawn: {write_picture(history())}")
        return
    if only is not None and keep:
        raise click.UsageError("--keep wants every benchmark, so leave --only out")
    chosen = _chosen(only)
    load = load_per_core()
    if load > BUSY:
        click.echo(f"this machine is busy (load {load:.1f} a core): trust ratios, and no seconds\n")
    metrics = [metric for benchmark in chosen for metric in _run(benchmark, quick=quick)]
    click.echo()
    for metric in metrics:
        click.echo(metric.line())
    if only is None:
        result = Result.of(metrics, quick=quick, load=load)
        click.echo(f"\nwritten: {write(result)}")
        if keep:
            click.echo(f"kept: {append(result)}\ndrawn: {write_picture(history())}")


def _chosen(only: str | None) -> list[Benchmark]:
    known = benchmarks()
    chosen = [each for each in known if only in (None, each.name)]
    if not chosen:
        raise click.UsageError(f"no such benchmark: {only}; there are {', '.join(one.name for one in known)}")
    return chosen


def _run(benchmark: Benchmark, *, quick: bool) -> list[Metric]:
    click.echo(f"{benchmark.title}")
    began = time.monotonic()
    with TemporaryDirectory(prefix="golive-bench-") as scratch:
        bench = Bench(QUICK if quick else FULL, Path(scratch), lambda line: click.echo(f"  {line}"))
        found = list(benchmark.measure(bench))
    click.echo(f"  {time.monotonic() - began:.0f} s")
    return found


def main() -> None:
    """End with the codes of the front door, and without a traceback."""
    try:
        command()
    except GoLiveError as error:
        click.echo(f"bench: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
