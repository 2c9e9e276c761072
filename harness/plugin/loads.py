"""`--load SET`: what a load of that set of criteria found, for the scenarios that stand on it.

The load is a child process (`python -m load.judged`): importing Locust would patch this one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from harness.control import Check, Outcome
from harness.errors import EnvironmentUnreachable, HarnessError, UnsafeRequest, UsageError
from harness.merchant.profile import MerchantProfile
from harness.parent import ending_with_us, holding_interrupts
from harness.plugin.journal import Journal
from harness.plugin.marks import NO_WIRE, exercises
from harness.plugin.needs import Lack, Need, NotStartedError
from harness.plugin.options import EMBEDDED, Options
from harness.plugin.rehearsal import Rehearsal
from harness.plugin.stage import Stage, shop_before, simulator_alone, simulator_and_shop
from harness.plugin.stock import Aftermath, stocked
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings

__all__ = ["NONE", "Load", "controls_of", "left_out", "load", "load_controls", "smallest", "with_load"]

NONE = "none"
CAPACITY = "capacity"
"""The set whose load climbs until its criteria break."""
AUTO = ("smoke", "brief", "nightly")
"""Smallest first."""

PROBE = "experience"
"""The set, and the target, of a probe of the platform's experience edition."""
EMBEDDED_SHOP = "shop"

_SETS = Path(__file__).parents[2] / "load" / "criteria"
_FINDINGS = "measurements/judged.json"
_CAPACITY = "measurements/capacity.json"
_CHECKS = TypeAdapter(tuple[Check, ...])
_LAST_ANSWERS_S = 60.0


def needs_load(item: pytest.Item) -> bool:
    """Whether an item stands on a load, directly or through its fixtures."""
    return "load" in getattr(item, "fixturenames", ())


def climbs(name: str) -> bool:
    """Whether a set's load is to climb until its criteria break: it asks for capacity and nothing else."""
    return controls_of(name) == {"PRF-06"}


def left_out(item: pytest.Item, options: Options) -> bool:
    """Whether an item waits for a longer load than the one that was chosen, or takes long itself.

    Raises:
        UsageError: there is no such set.
    """
    if needs_load(item):
        return exercises(item)[0].control not in controls_of(options.load)
    asked_for = options.only or options.load not in (NONE, AUTO[0])
    return item.get_closest_marker("long") is not None and not asked_for


def with_load(options: Options, items: Iterable[pytest.Item]) -> Options:
    """The options with `--load auto` settled: smoke, or the smallest set that decides what `--only` asks for.

    Raises:
        UsageError: there is no such set.
    """
    if options.load != "auto":
        return options
    wanted = {each.control for item in items if needs_load(item) for each in exercises(item)}
    if options.smoke or not wanted:
        return replace(options, load=NONE)
    return replace(options, load=smallest(wanted) if options.only else AUTO[0])


def smallest(wanted: Collection[str]) -> str:
    """The smallest of our sets that decides all these controls, or else the largest.

    Capacity has a load of its own, which is made when nothing else is wanted.
    """
    beside = frozenset(wanted) - controls_of(CAPACITY)
    if wanted and not beside:
        return CAPACITY
    return next((name for name in AUTO if controls_of(name) >= beside), AUTO[-1])


def controls_of(name: str) -> frozenset[str]:
    """The controls that a set of criteria decides; `none` decides nothing.

    Raises:
        UsageError: there is no such set.
    """
    return frozenset() if name == NONE else frozenset(each["control"] for each in _read(name)["criteria"])


def load_controls() -> frozenset[str]:
    """Every control that one of our sets decides."""
    return frozenset().union(*(controls_of(path.stem) for path in _SETS.glob("*.yaml")))


def has_storm(name: str) -> bool:
    """Whether a set's users send the merchant callbacks.

    Raises:
        UsageError: there is no such set.
    """
    return any(each["flow"] == "storm" for each in _read(name)["users"])


def _read(name: str) -> dict[str, list[dict[str, str]]]:
    """As much of a set as is needed before the child reads it with all its rules."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else _SETS / f"{name}.yaml"
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
        return {
            "criteria": [{"control": str(each["control"])} for each in found["criteria"]],
            "users": [{"flow": str(each["flow"])} for each in found["users"]],
        }
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError) as error:
        known = ", ".join(sorted(each.stem for each in _SETS.glob("*.yaml")))
        raise UsageError(
            f"there is no set of load criteria {name!r}",
            where="--load",
            remedy=f"none, one of {known}, or a .yaml file of yours (docs/load.md)",
        ) from error


class Load:
    """What the load of this run found, control by control, and what it left behind."""

    def __init__(
        self, findings: tuple[Check, ...], *, aftermath: Aftermath | None = None, steps: tuple[str, ...] = ()
    ) -> None:
        self._findings = findings
        self.aftermath = aftermath
        """None: the load sent the merchant no callbacks."""
        self.steps = steps
        """Of a climb: each rate and what became of it, in words."""

    def settle(self, control: str, journal: Journal) -> None:
        """Pass, doubt or fail as the findings of one control say; with none of them, nothing was observed."""
        found = [each for each in self._findings if each.control == control]
        for each in found:
            if each.exercised:
                journal.observe(f"{_series(each)}: {each.exercised} requests, {each.outcome.value}")
            if each.outcome is Outcome.INCONCLUSIVE:
                journal.doubt(f"{_series(each)}: {each.message}")
        broken = [f"{_series(each)}: {each.message}" for each in found if each.outcome is Outcome.FAIL]
        assert not broken, "; ".join(broken)


@pytest.fixture(scope="session")
def load(request: pytest.FixtureRequest, options: Options, rehearsal: Rehearsal) -> Load:
    """The load that `--load` asks for, made once: against a simulator and a shop of its own, or, where a
    running simulator was named, against that."""
    record = rehearsal.record.folder
    with tempfile.TemporaryDirectory(prefix="golive-load-") as place, _seen(request.config):
        aftermath = None
        if not rehearsal.terms.played:
            _probe(options, record)
        elif has_storm(options.load):
            with _stage(options, Path(place)) as stage:
                aftermath = _storm_and_rest(options, stage, rehearsal)
        else:
            with _endpoint(options, Path(place)) as env_file:
                rehearsal.hide(Settings.load(EnvFile.read(env_file), target=EMBEDDED).secrets())
                _measure(options, env_file, record)
    if aftermath is not None and aftermath.lost:
        rehearsal.break_invariant("RCN-03", request.node.nodeid or "load", NO_WIRE, aftermath.lost)
    findings = _CHECKS.validate_json((record / _FINDINGS).read_bytes())
    return Load(findings, aftermath=aftermath, steps=_steps(record / _CAPACITY))


def _steps(path: Path) -> tuple[str, ...]:
    if not path.exists():
        return ()
    steps = sorted(json.loads(path.read_text("utf-8"))["steps"], key=lambda each: each["rate"])
    return tuple(
        f"{each['rate']:g} a second: {each['outcome']}, {each['answered']:g} answered, "
        f"p99 {each['p99_ms']:g} ms{'; ' if each['broke'] else ''}{each['broke']}"
        for each in steps
    )


def _endpoint(options: Options, place: Path) -> AbstractContextManager[Path]:
    """Who is loaded where no user meets the merchant: what was named, or a simulator of our own."""
    if options.env_file is not None:
        return nullcontext(options.env_file)
    return simulator_alone(place, endpoint_defects=options.defects_of("endpoint"))


def _stage(options: Options, place: Path) -> AbstractContextManager[Stage]:
    """Who is loaded: what was named, and of the rest our own, in processes of their own."""
    shop = options.defects_of("shop")
    if options.env_file is None:
        endpoint = options.defects_of("endpoint")
        return simulator_and_shop(place, endpoint_defects=endpoint, shop_defects=shop)
    if options.merchant == EMBEDDED_SHOP:
        return shop_before(options.env_file, place, shop_defects=shop)
    return nullcontext(Stage(options.env_file, MerchantProfile.load(options.merchant)))


def _storm_and_rest(options: Options, stage: Stage, rehearsal: Rehearsal) -> Aftermath | None:
    """Measure with orders for the storm to be about, and compare the books afterwards."""
    settings = Settings.load(EnvFile.read(stage.env_file), target=EMBEDDED)
    rehearsal.hide((*settings.secrets(), stage.profile.observer.token, stage.profile.credentials.password))
    folder = rehearsal.record.folder
    if settings.levers is None:
        _measure(options, stage.env_file, folder)
        return None
    with stocked(stage.profile, settings.levers) as stock:
        _measure(options, stage.env_file, folder)
        return stock.aftermath()


def _probe(options: Options, folder: Path) -> None:
    """A real endpoint is probed, and only where it was asked for by name."""
    if options.load != PROBE or options.env_file is None or options.target != PROBE:
        raise NotStartedError(
            Lack(
                Need.EXPERIENCE,
                "load goes to no real platform; its experience edition is probed, once a second, with "
                f"golive run --target {PROBE} --load {PROBE} --budget-fen N "
                f"(golive load --plan {PROBE} says what it costs)",
            )
        )
    budget = [] if options.budget is None else [f"--budget-fen={int(options.budget)}"]
    _measure(options, options.env_file, folder, f"--target={PROBE}", *budget)


@contextmanager
def _seen(config: pytest.Config) -> Iterator[None]:
    """Let the load's own progress through to the terminal."""
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is None:
        yield
        return
    with capture.global_and_fixture_disabled():
        yield


def _measure(options: Options, env_file: Path, folder: Path, *more: str) -> None:
    name = options.load
    module = "load.capacity" if climbs(name) else "load.judged"
    arguments = ["-m", module, f"--set={name}", f"--env-file={env_file}", f"--out={folder}", *more]
    if options.load_processes > 1:
        arguments.append(f"--processes={options.load_processes}")
    if options.load_requests:
        arguments.append(f"--requests={options.load_requests}")
    command = [sys.executable, *arguments]
    with holding_interrupts():
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, env=ending_with_us())
    with process as child:
        try:
            code = child.wait()
        except KeyboardInterrupt:  # the child heard it too: what it measured is worth waiting for
            child.wait(_LAST_ANSWERS_S)
            raise
    if code == EnvironmentUnreachable.exit_code:
        raise EnvironmentUnreachable(
            "the load could not reach its endpoint", where=f"--load {name}", remedy="its own lines say why"
        )
    if code == UsageError.exit_code:
        raise UnsafeRequest("the load was refused", where=f"--load {name}", remedy="its own lines say why")
    if code != 0 or not (folder / _FINDINGS).exists():
        raise HarnessError(
            f"the load ended with {code}", where=f"--load {name}", remedy="its own lines say why"
        )


def _series(check: Check) -> str:
    return f"{check.scenario.removeprefix('load/')} {check.dialect}"
