"""`golive load`: what a load costs, what it proves, and where the knee is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console

from harness.cli.finite_range import FiniteRange
from harness.cli.language import language_option
from harness.cli.load_comparison import compared
from harness.cli.run import rehearsed_record
from harness.core.control import Blame, Grade, Language, Outcome
from harness.core.errors import EnvironmentUnreachable, UsageError
from harness.core.extras import require_parquet
from harness.core.findings import told_in
from harness.core.money import Fen
from harness.core.plain_text import plain
from harness.core.terminal_language import terminal_language
from harness.evidence import META
from harness.plugin.options import Options
from harness.processes.serving import listen
from load.criteria.choice import CAPACITY, PROBE, controls_of
from load.criteria.file import lasting, load_set, set_names
from load.judged import judge, kept_set
from load.measurement import FILE, read
from load.plan import WORDS, plan, render


@click.command(
    "load",
    epilog="""\b
Examples:
  golive load --list                         the sets of criteria, with what they decide and cost
  golive load --run brief                    half a minute: PRF-01, 02, 03, 05 and QRY-04
  golive load --run soak --metrics 9646      an hour: does the merchant's memory or latency grow?
  golive load --run checkout --env-file .env.simulator --merchant my-shop.toml
  golive load --judge runs/load              what python -m load measured, by one machine or several
  golive load --run nightly --compare runs/20261129T200000Z      is this build slower than that one?
  golive load --capacity                     climb from the declared peak to the knee (PRF-06)
  golive load --plan experience              the real platform's experience edition, once a second,
  golive load --run experience --target experience --env-file .env.local --budget-fen 400

\b
A run leaves a record and a page like every run, and judges no gate. Ctrl-C once waits for the
answers under way and keeps what was measured; twice stops at once.
Exit codes: 0 all held · 1 a limit is broken · 2 not known yet · 3 nothing answers, or this machine
was starved · 4 bad usage, unaffordable or unsafe · 5 harness error.   More: docs/load.md""",
)
@click.option("--list", "listing", is_flag=True, help="Name the sets of criteria.")
@click.option("--plan", "planned", metavar="SET", help="Say what a set costs; send nothing.")
@click.option("--run", "run_set", metavar="SET", help="Measure a set and judge it.")
@click.option(
    "--judge", "measured", metavar="DIR", help="Judge what python -m load measured there; send nothing."
)
@click.option("--by", metavar="SET", help="With --judge: another set than the one that was played.")
@click.option(
    "--compare", "baseline", metavar="DIR", help="With --run or --judge: is it slower than that older run?"
)
@click.option(
    "--tolerance",
    type=FiniteRange(0, 100),
    default=5,
    show_default=True,
    metavar="PERCENT",
    help="With --compare: by how much a percentile may grow.",
)
@click.option(
    "--minutes",
    type=FiniteRange(0.05, 120),
    metavar="N",
    help="With --run: how long, in place of what the set says.",
)
@click.option(
    "--metrics",
    type=click.IntRange(1, 65_535),
    metavar="PORT",
    help="With --run: show a Prometheus how it goes, on loopback.",
)
@click.option("--capacity", is_flag=True, help="Find the rate at which the limits break (PRF-06).")
@click.option("--target", default="simulator", show_default=True, help="simulator, or experience (a probe).")
@click.option(
    "--env-file",
    type=click.Path(dir_okay=False),
    help="Settings of a running endpoint [default: a simulator and a shop of its own].",
)
@click.option("--merchant", default="shop", show_default=True, help="shop (ours), or a merchant profile.")
@click.option("--budget-fen", metavar="FEN", type=click.IntRange(0), help="Experience: worth of all orders.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that make the load.",
)
@click.option("--requests", type=click.Choice(["csv", "parquet"]), help="Keep every request of the load.")
@click.option("--defect", multiple=True, metavar="NAME", help="Be wrong on purpose, as golive run does.")
@language_option
@click.option("--out", type=click.Path(file_okay=False), help="Folder of the record [default: runs/<time>].")
def command(
    *,
    listing: bool,
    planned: str | None,
    run_set: str | None,
    measured: str | None,
    by: str | None,
    baseline: str | None,
    tolerance: float,
    minutes: float | None,
    metrics: int | None,
    capacity: bool,
    target: str,
    env_file: str | None,
    merchant: str,
    budget_fen: int | None,
    processes: int,
    requests: str | None,
    defect: tuple[str, ...],
    lang: Language | None,
    out: str | None,
) -> int:
    """Load an endpoint and a merchant with open arrivals of truly signed requests, and judge by exact
    statistics: pass, fail, or not known yet and how many more requests it takes.
    """
    asked = [listing, planned is not None, run_set is not None, measured is not None, capacity]
    if sum(asked) != 1:
        raise UsageError(
            "say one thing: --list, --plan SET, --run SET, --judge DIR or --capacity",
            where="golive load",
            remedy="golive load --list names the sets; golive load --help shows examples",
        )
    running = run_set is not None
    _refuse_misplaced(minutes or metrics, running, "--minutes and --metrics belong to --run", _SOAK)
    _refuse_misplaced(baseline, running or measured, "--compare belongs to --run or --judge", _COMPARED)
    _refuse_misplaced(by, measured, "--by belongs to --judge", "golive load --judge DIR --by SET")
    if baseline is not None:
        read(Path(baseline) / FILE)  # before a load of ten minutes, not after it
    language = lang or terminal_language()
    console = Console(soft_wrap=True, highlight=False)
    if listing:
        for line in _listed(language):
            console.print(line, markup=False)
        return 0
    if planned is not None:
        grade = Grade.EXPERIENCE if PROBE in (target, planned) else Grade.SIMULATED
        budget = None if budget_fen is None else Fen(budget_fen)
        console.print(render(plan(load_set(planned), grade=grade, budget=budget), language))
        return 0
    if measured is not None:
        code = 0
        if baseline is None or not (Path(measured) / META).exists():
            code = _judged(Path(measured), by, language)
        if baseline is not None:
            code = _worse(code, compared(Path(measured), Path(baseline), tolerance / 100, language))
        return code
    if requests == "parquet":
        require_parquet("--requests")
    if metrics is not None:
        _refuse_taken(metrics)  # before a simulator and a shop are started for a load that cannot be watched
    typed: dict[str, object] = {"target": target, "merchant": merchant, "language": language, "out": out}
    typed |= {"env_file": env_file, "load_processes": processes, "load_requests": requests, "defects": defect}
    typed |= {"budget": None if budget_fen is None else str(budget_fen), "load_metrics": metrics}
    with TemporaryDirectory(prefix="golive-set-") as place:
        name = CAPACITY if capacity else str(run_set)
        if minutes is not None:
            name = str(lasting(name, minutes, Path(place)))
        typed |= {"load": name, "only": ",".join(sorted(controls_of(name)))}
        folder, code = rehearsed_record(Options.read(typed))
    if baseline is not None and folder is not None and (folder / FILE).exists():
        code = _worse(code, compared(folder, Path(baseline), tolerance / 100, language))
    return code


_SOAK = "golive load --run soak --minutes 10 --metrics 9646"
_COMPARED = "golive load --judge NEWER --compare OLDER"


def _refuse_taken(port: int) -> None:
    try:
        listen(port).close()
    except EnvironmentUnreachable as error:
        raise UsageError(error.what, where=f"--metrics {port}", remedy="name a port that is free") from error


def _refuse_misplaced(option: object, belongs: object, what: str, remedy: str) -> None:
    """An option that belongs to another is refused without it."""
    if option is not None and not belongs:
        raise UsageError(what, where="golive load", remedy=remedy)


def _worse(code: int, of_comparison: int) -> int:
    """How a load ends that was compared, too: what is proven (1) says more than what is not known yet (2)."""
    known = {code, of_comparison} <= {0, 1, _NOT_YET}
    return 1 if known and 1 in (code, of_comparison) else max(code, of_comparison)


_NOT_YET = 2
_ENDINGS = (
    (Outcome.FAIL, "FAIL", 1),
    (Outcome.INCONCLUSIVE, "NOT YET", _NOT_YET),
    (Outcome.PASS, "PASS", 0),
)
"""Of a judged measurement, the worst first: its last line, and its exit code."""


def _judged(folder: Path, by: str | None, language: Language) -> int:
    """Judge a measurement that several machines or a generator by itself made; the exit code.

    It is told and kept beside the measurement. It makes no record, so no gate hears of it: who made the file
    is known to nobody.
    """
    if (folder / META).exists():
        raise UsageError(
            "this is the record of a run, which was judged when it ended",
            where=str(folder),
            remedy=f"golive report {folder} shows it",
        )
    criteria = load_set(by) if by is not None else kept_set(folder)
    checks = judge(folder, criteria, Grade.EXPERIENCE if criteria.grade == PROBE else Grade.SIMULATED)
    for each in checks:
        series = f"{each.scenario} {each.dialect}"
        said = told_in(each.message, language)
        click.echo(plain(f"{each.outcome.value:<12} {each.control}  {series}  {said}"))
    outcomes = {each.outcome for each in checks}
    word, code = next((word, code) for outcome, word, code in _ENDINGS if outcome in outcomes)
    if code == _NOT_YET and any(each.blame is Blame.ENVIRONMENT for each in checks):
        code = EnvironmentUnreachable.exit_code
    ends = WORDS["judged"]["ends"].filled(word=word, checks=len(checks), set=criteria.id)
    click.echo(ends.spoken(language))
    return code


def _listed(language: Language) -> Iterator[str]:
    """Every set that comes along, how much it sends and what it decides."""
    for each in map(load_set, set_names()):
        arrivals = each.arrivals
        peak = arrivals.schedule.peak_rate
        size = WORDS["list"]["size"].filled(
            requests=arrivals.requests, seconds=f"{arrivals.seconds:g}", peak=f"{peak:g}"
        )
        controls = ", ".join(sorted({criterion.control for criterion in each.criteria}))
        decides = WORDS["list"]["decides"].filled(controls=controls)
        yield f"{each.id:<12} {size.spoken(language)}"
        yield f"{'':<12} {each.title.spoken(language)}"
        yield f"{'':<12} {decides.spoken(language)}"
