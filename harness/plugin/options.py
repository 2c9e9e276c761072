"""The options of a rehearsal, the same for `golive run` and `pytest scenarios`."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pytest

from harness.control import Control, Defect
from harness.errors import UsageError
from harness.shop.defects import DEFECTS as SHOP_DEFECTS
from harness.simulator.defects import DEFECTS as ENDPOINT_DEFECTS

EMBEDDED = "simulator"
SETS = ("full", "smoke")
PLATFORM_TARGETS = ("experience", "production")
DEFECTS: dict[str, Defect] = {defect.id: defect for defect in (*SHOP_DEFECTS, *ENDPOINT_DEFECTS)}


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for, checked."""

    target: str
    merchant: str
    env_file: Path | None
    gate: str
    only: frozenset[str]
    """Control ids; empty: every control."""
    out: Path | None
    runs: Path
    defects: tuple[str, ...]
    smoke: bool = False
    """Whether scenarios that need a browser or a load are left out."""
    load: str = "auto"
    """The load criteria that are measured: a set or file, `none`, or `auto`: the smallest that will do."""

    def defects_of(self, side: str) -> tuple[str, ...]:
        """The chosen defects of one side (`shop` or `endpoint`)."""
        return tuple(name for name in self.defects if DEFECTS[name].side == side)


def add_options(parser: pytest.Parser) -> None:
    """Declare the options; `golive run --help` says the same in more words."""
    group = parser.getgroup("golive", "GoLive: rehearse a payment integration")
    group.addoption("--target", default=EMBEDDED, help="simulator (embedded), or a running one's URL")
    group.addoption("--merchant", default="shop", help="shop (ours, embedded), or a merchant profile (TOML)")
    group.addoption("--env-file", default=None, help="settings of the running simulator, e.g. .env.simulator")
    group.addoption("--gate", default="rehearsal", help="the gate that decides the exit code")
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
    group.addoption("--out", default=None, help="folder of the run record (default: runs/<time>)")
    group.addoption("--runs", default="runs", help="folder of all run records")
    group.addoption("--defect", action="append", default=[], help="switch a deliberate defect on; repeatable")


def read_options(config: pytest.Config, controls: tuple[Control, ...]) -> Options:
    """The checked options.

    Raises:
        UsageError: an unknown target, gate, control or defect, with the nearest names there are.
    """
    target = str(config.getoption("target"))
    env_file = config.getoption("env_file")
    if target in PLATFORM_TARGETS:
        raise UsageError(
            f"target {target} cannot be rehearsed yet: runs judge simulators only",
            where="--target",
            remedy="use --target simulator, or the URL of a simulator that you started",
        )
    if target != EMBEDDED and env_file is None:
        raise UsageError(
            f"a running simulator at {target} needs its settings",
            where="--env-file",
            remedy="write them with `golive simulator --write-env FILE` and pass --env-file FILE",
        )
    gate = str(config.getoption("gate"))
    if gate != "rehearsal":
        raise UsageError(
            f"simulated evidence cannot decide the gate {gate!r}",
            where="--gate",
            remedy="use --gate rehearsal",
        )
    out = config.getoption("out")
    merchant = str(config.getoption("merchant"))
    defects = _defects(config.getoption("defect"))
    _can_be_switched_on(defects, ours={"shop": merchant == "shop", "endpoint": env_file is None})
    return Options(
        target=target,
        merchant=merchant,
        env_file=Path(env_file) if env_file else None,
        gate=gate,
        only=_controls(str(config.getoption("only")), controls),
        smoke=config.getoption("set") == "smoke",
        load=str(config.getoption("load")),
        out=Path(out) if out else None,
        runs=Path(str(config.getoption("runs"))),
        defects=defects,
    )


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
    near = get_close_matches(word, sorted(known), n=3, cutoff=0.4) or sorted(known)[:8]
    return UsageError(f"there is no {what} {word!r}", where=where, remedy=f"did you mean {', '.join(near)}?")
