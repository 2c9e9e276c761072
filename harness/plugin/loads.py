"""`--load SET`: what a load of that set of criteria found, for the scenarios that stand on it.

The load is a child process (`python -m load.judged`): importing Locust would patch this one.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from harness.control import Check, Outcome
from harness.errors import EnvironmentUnreachable, HarnessError, UsageError
from harness.plugin.journal import Journal
from harness.plugin.marks import exercises
from harness.plugin.options import Options
from harness.plugin.rehearsal import Rehearsal
from harness.plugin.stage import simulator_and_shop

__all__ = ["NONE", "Load", "controls_of", "load", "needs_load", "with_load"]

NONE = "none"
AUTO = ("smoke", "brief", "nightly")
"""Smallest first."""

_SETS = Path(__file__).parents[2] / "load" / "criteria"
_FINDINGS = "measurements/judged.json"
_CHECKS = TypeAdapter(tuple[Check, ...])
_LAST_ANSWERS_S = 60.0


def needs_load(item: pytest.Item) -> bool:
    """Whether an item stands on a load, directly or through its fixtures."""
    return "load" in getattr(item, "fixturenames", ())


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
    fitting = (name for name in AUTO if not options.only or wanted <= controls_of(name))
    return replace(options, load=next(fitting, AUTO[-1]))


def controls_of(name: str) -> frozenset[str]:
    """The controls that a set of criteria decides; `none` decides nothing.

    Raises:
        UsageError: there is no such set.
    """
    if name == NONE:
        return frozenset()
    path = Path(name) if name.endswith((".yaml", ".yml")) else _SETS / f"{name}.yaml"
    try:
        return frozenset(each["control"] for each in yaml.safe_load(path.read_text("utf-8"))["criteria"])
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError) as error:
        known = ", ".join(sorted(each.stem for each in _SETS.glob("*.yaml")))
        raise UsageError(
            f"there is no set of load criteria {name!r}",
            where="--load",
            remedy=f"none, one of {known}, or a .yaml file of yours (docs/load.md)",
        ) from error


class Load:
    """What the load of this run found, control by control."""

    def __init__(self, findings: tuple[Check, ...]) -> None:
        self._findings = findings

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
    folder = rehearsal.record.folder
    with tempfile.TemporaryDirectory(prefix="golive-load-") as place, _seen(request.config):
        if options.env_file is not None:
            _measure(options.load, options.env_file, folder)
        else:
            endpoint, shop = options.defects_of("endpoint"), options.defects_of("shop")
            with simulator_and_shop(Path(place), endpoint_defects=endpoint, shop_defects=shop) as env_file:
                _measure(options.load, env_file, folder)
    return Load(_CHECKS.validate_json((folder / _FINDINGS).read_bytes()))


@contextmanager
def _seen(config: pytest.Config) -> Iterator[None]:
    """Let the load's own progress through to the terminal."""
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is None:
        yield
        return
    with capture.global_and_fixture_disabled():
        yield


def _measure(name: str, env_file: Path, folder: Path) -> None:
    arguments = ["-m", "load.judged", f"--set={name}", f"--env-file={env_file}", f"--out={folder}"]
    with subprocess.Popen([sys.executable, *arguments], stdin=subprocess.DEVNULL) as child:
        try:
            code = child.wait()
        except KeyboardInterrupt:  # the child heard it too: what it measured is worth waiting for
            child.wait(_LAST_ANSWERS_S)
            raise
    if code == EnvironmentUnreachable.exit_code:
        raise EnvironmentUnreachable(
            "the load could not reach its endpoint", where=f"--load {name}", remedy="its own lines say why"
        )
    if code != 0:
        raise HarnessError(
            f"the load ended with {code}", where=f"--load {name}", remedy="its own lines say why"
        )


def _series(check: Check) -> str:
    return f"{check.scenario.removeprefix('load/')} {check.dialect}"
