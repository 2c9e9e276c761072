"""`--load SET`: what a load of that set of criteria found, for the scenarios that stand on it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from harness.control import Check, Outcome
from harness.evidence.capacity import Capacity
from harness.merchant.profile import MerchantProfile
from harness.plugin.journal import Journal
from harness.plugin.load_child import FINDINGS, LoadChild
from harness.plugin.load_sets import PROBE, has_storm
from harness.plugin.marks import NO_WIRE
from harness.plugin.needs import Lack, Need, NotStartedError
from harness.plugin.options import EMBEDDED, OUR_SHOP, Options
from harness.plugin.rehearsal import Rehearsal
from harness.plugin.stage import Stage, shop_before, simulator_alone, simulator_and_shop
from harness.plugin.stock import Aftermath, stocked
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings

__all__ = ["Load", "load"]


_CHECKS = TypeAdapter(tuple[Check, ...])


class Load:
    """What the load of this run found, control by control, and what it left behind."""

    def __init__(
        self,
        findings: tuple[Check, ...],
        *,
        aftermath: Aftermath | None = None,
        climb: Capacity | None = None,
    ) -> None:
        self._findings = findings
        self.aftermath = aftermath
        """None: the load sent the merchant no callbacks."""
        self.climb = climb
        """None: the load was none that climbs."""

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
        child = LoadChild(options, record, request.config.hook.pytest_golive_interrupted)
        if not rehearsal.terms.played:
            _probe(options, child)
        elif has_storm(options.load):
            with _stage(options, Path(place)) as stage:
                aftermath = _storm_and_rest(child, stage, rehearsal)
        else:
            with _endpoint(options, Path(place)) as env_file:
                rehearsal.hide(Settings.load(EnvFile.read(env_file), target=EMBEDDED).secrets())
                child.measure(env_file)
    if aftermath is not None and aftermath.lost:
        rehearsal.break_invariant("RCN-03", request.node.nodeid or "load", NO_WIRE, aftermath.lost)
    findings = _CHECKS.validate_json((record / FINDINGS).read_bytes())
    return Load(findings, aftermath=aftermath, climb=Capacity.read(record))


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
    if options.merchant == OUR_SHOP:
        return shop_before(options.env_file, place, shop_defects=shop)
    return nullcontext(Stage(options.env_file, MerchantProfile.load(options.merchant)))


def _storm_and_rest(child: LoadChild, stage: Stage, rehearsal: Rehearsal) -> Aftermath | None:
    """Measure with orders for the storm to be about, and compare the books afterwards."""
    settings = Settings.load(EnvFile.read(stage.env_file), target=EMBEDDED)
    rehearsal.hide((*settings.secrets(), stage.profile.observer.token, stage.profile.credentials.password))
    if settings.levers is None:
        child.measure(stage.env_file)
        return None
    with stocked(stage.profile, settings.levers) as stock:
        child.measure(stage.env_file)
        return stock.aftermath()


def _probe(options: Options, child: LoadChild) -> None:
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
    child.measure(options.env_file, f"--target={PROBE}", *budget)


@contextmanager
def _seen(config: pytest.Config) -> Iterator[None]:
    """Let the load's own progress through to the terminal."""
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is None:
        yield
        return
    with capture.global_and_fixture_disabled():
        yield


def _series(check: Check) -> str:
    return f"{check.scenario.removeprefix('load/')} {check.dialect}"
