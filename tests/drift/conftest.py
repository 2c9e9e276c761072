"""One simulator as it is, asked once in every dialect, for all tests of captures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.drift.asking import ask_all, questions
from harness.drift.capture import Line
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.embedded import RunningSimulator, running_simulator

DIALECTS = ("mcp", "envelope", "apiv3", "alipay")


@pytest.fixture(scope="session")
def running() -> Iterator[RunningSimulator]:
    with running_simulator() as simulator:
        yield simulator


def settings_of(simulator: RunningSimulator) -> Settings:
    values = simulator.environment(notify_url="https://shop.example/notify")
    return Settings.load(EnvFile.of(values, "the simulator's settings"))


@pytest.fixture(scope="session")
def settings(running: RunningSimulator) -> Settings:
    return settings_of(running)


@pytest.fixture(scope="session")
def simulated(settings: Settings) -> tuple[Line, ...]:
    """What the unchanged simulator answers."""
    return tuple(line for each in DIALECTS for line in ask_all(each, questions(each, settings), settings))
