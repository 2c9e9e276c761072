"""The options of a rehearsal, the same for `golive run` and `pytest scenarios`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.core.control import Control, Defect
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError
from harness.core.extras import require_parquet
from harness.core.money import Fen
from harness.settings.target import Target
from harness.shop.defects.registry import DEFECTS as SHOP_DEFECTS
from harness.simulator.defects import DEFECTS as ENDPOINT_DEFECTS

EMBEDDED = "simulator"
"""The target that we play ourselves."""
OUR_SHOP = "shop"
"""The merchant that we play ourselves."""
SETS = ("full", "smoke")
NO_LOAD = "none"
"""The load of a run that makes none."""
PLAN_FILE = Path(".env.local")
"""The settings of every other target, unless told otherwise: the file the merchant's own app reads."""
DEFECTS: dict[str, Defect] = {defect.id: defect for defect in (*SHOP_DEFECTS, *ENDPOINT_DEFECTS)}


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for, checked."""

    target: str
    merchant: str
    env_file: Path | None
    gate: str
    """Empty: the highest that evidence of the target's grade can open."""
    only: frozenset[str]
    """Control ids; empty: every control."""
    out: Path | None
    runs: Path
    defects: tuple[str, ...]
    smoke: bool = False
    """Whether scenarios that need a browser or a load are left out."""
    load: str = "auto"
    """The load criteria that are measured: a set or file, `none`, or `auto`: the smallest that will do."""
    load_processes: int = 1
    """How many processes make the load."""
    load_requests: str = ""
    """`csv` or `parquet`: every request of the load is kept; empty: none."""
    budget: Fen | None = None
    """What all orders at a target that nobody plays may be worth together; None: not given."""
    rate: float = 1.0
    """Requests a second at such a target."""
    ca_file: Path | None = None
    """Whose certificates are believed there, instead of public roots."""
    one_by_one: bool = False
    """Whether all scenarios run in one process, where several could share them."""

    def defects_of(self, side: str) -> tuple[str, ...]:
        """The chosen defects of one side (`shop` or `endpoint`)."""
        return tuple(name for name in self.defects if DEFECTS[name].side == side)


def add_options(parser: pytest.Parser) -> None:
    """Declare the options; `golive run --help` says the same in more words."""
    group = parser.getgroup("golive", "GoLive: rehearse a payment integration")
    group.addoption(
        "--target", default=EMBEDDED, help="simulator (embedded), experience, production, or a URL"
    )
    group.addoption(
        "--merchant", default=OUR_SHOP, help="shop (ours, embedded), or a merchant profile (TOML)"
    )
    group.addoption("--env-file", default=None, help="settings of the target (default: .env.local)")
    group.addoption("--gate", default="", help="the gate that decides the exit code")
    group.addoption(
        "--budget-fen", default=None, help="what all orders at a real target may be worth, in fen"
    )
    group.addoption("--rate", default="1", help="requests a second at a real target (default: 1)")
    group.addoption("--ca-file", default=None, help="PEM file: whose certificates a test endpoint shows")
    group.addoption("--only", default="", help="controls or sections, e.g. CBK,PAY-02; judges no gate")
    group.addoption(
        "--set",
        choices=SETS,
        default=SETS[0],
        help="full (default), or smoke: every scenario that needs neither browser nor load; judges no gate",
    )
    group.addoption(
        "--load",
        default="auto",
        metavar="SET",
        help="load criteria to measure: smoke (default), brief, nightly, pre-upgrade, a .yaml file, or none",
    )
    group.addoption("--load-processes", type=int, default=1, help="processes that make the load")
    group.addoption(
        "--load-requests", choices=("", "csv", "parquet"), default="", help="keep every request of the load"
    )
    group.addoption(
        "--one-by-one",
        action="store_true",
        help="all scenarios in one process, where several could share them",
    )
    group.addoption("--out", default=None, help="folder of the run record (default: runs/<time>)")
    group.addoption("--runs", default="runs", help="folder of all run records")
    group.addoption("--defect", action="append", default=[], help="switch a deliberate defect on; repeatable")


def read_options(config: pytest.Config, controls: tuple[Control, ...]) -> Options:
    """The checked options.

    Raises:
        UsageError: an unknown target, gate, control or defect, with the nearest names there are; or a file
            that cannot be written here.
    """
    target = str(config.getoption("target"))
    Target.parse(target)
    env_file = _env_file(target, config.getoption("env_file"))
    out = config.getoption("out")
    merchant = str(config.getoption("merchant"))
    defects = _defects(config.getoption("defect"))
    _can_be_switched_on(defects, ours={"shop": merchant == OUR_SHOP, "endpoint": env_file is None})
    ca_file = config.getoption("ca_file")
    load_requests = str(config.getoption("load_requests"))
    if load_requests == "parquet":
        require_parquet("--load-requests")
    return Options(
        target=target,
        merchant=merchant,
        env_file=env_file,
        gate=str(config.getoption("gate")),
        only=_controls(str(config.getoption("only")), controls),
        smoke=config.getoption("set") == "smoke",
        load=str(config.getoption("load")),
        load_processes=int(config.getoption("load_processes")),
        load_requests=load_requests,
        out=Path(out) if out else None,
        runs=Path(str(config.getoption("runs"))),
        defects=defects,
        budget=_budget(config.getoption("budget_fen")),
        rate=_rate(str(config.getoption("rate"))),
        ca_file=Path(ca_file) if ca_file else None,
        one_by_one=bool(config.getoption("one_by_one")),
    )


def _env_file(target: str, given: str | None) -> Path | None:
    if given:
        return Path(given)
    if target == EMBEDDED:
        return None
    if PLAN_FILE.is_file():
        return PLAN_FILE
    raise UsageError(
        f"target {target} needs its settings, and there is no {PLAN_FILE} here",
        where="--env-file",
        remedy="name the file with --env-file FILE; for a simulator of ours let "
        "`golive simulator --write-env FILE` write it",
    )


def _budget(given: str | None) -> Fen | None:
    if given is None:
        return None
    if not (given.isascii() and given.isdigit()):
        raise UsageError(
            f"the budget is no whole number of fen: {given!r}",
            where="--budget-fen",
            remedy="write it like --budget-fen 70000, which is ¥700",
        )
    return Fen(int(given))


def _rate(given: str) -> float:
    try:
        rate = float(given)
    except ValueError:
        rate = 0.0
    if not 0.001 <= rate <= 1000:
        raise UsageError(
            f"the rate is no number of requests a second: {given!r}",
            where="--rate",
            remedy="write it like --rate 1 or --rate 0.5",
        )
    return rate


def _can_be_switched_on(names: tuple[str, ...], *, ours: dict[str, bool]) -> None:
    """A defect that nobody switches on would be a run that passes and proves the opposite."""
    starts = {"shop": "golive shop", "endpoint": "golive simulator"}
    for name in names:
        side = DEFECTS[name].side
        if not ours[side]:
            raise UsageError(
                f"the defect {name!r} cannot be switched on in what this run did not start",
                where="--defect",
                remedy=f"start it with the defect: {starts[side]} --defect {name}",
            )


def _controls(text: str, controls: tuple[Control, ...]) -> frozenset[str]:
    ids = {control.id for control in controls}
    sections = {control.section for control in controls}
    chosen: set[str] = set()
    for word in filter(None, (part.strip().upper() for part in text.split(","))):
        if word not in ids | sections:
            raise _unknown("control or section", word, "--only", ids | sections)
        chosen |= {name for name in ids if word in (name, name.partition("-")[0])}
    return frozenset(chosen)


def _defects(names: list[str]) -> tuple[str, ...]:
    for name in names:
        if name not in DEFECTS:
            raise _unknown("defect", name, "--defect", set(DEFECTS))
    return tuple(dict.fromkeys(names))


def _unknown(what: str, word: str, where: str, known: set[str]) -> UsageError:
    return UsageError(f"there is no {what} {word!r}", where=where, remedy=did_you_mean(word, sorted(known)))
