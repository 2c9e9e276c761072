"""A simulator in a process of its own, as `golive simulator` runs it, for loads to be sent to."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.levers.client import LeversClient
from harness.processes.child import golive_command
from harness.settings import EnvFile, Settings
from tests.load.running import ROOT, end_all, until


@dataclass(frozen=True)
class Target:
    """A running simulator."""

    env_file: Path
    settings: Settings
    levers: LeversClient

    @property
    def options(self) -> tuple[str, ...]:
        """What points a load at it."""
        return ("--env-file", str(self.env_file))


@pytest.fixture(autouse=True)
def _nobody_is_left() -> Iterator[None]:
    yield
    end_all()


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    env_file = tmp_path_factory.mktemp("simulator") / ".env.simulator"
    command = golive_command("simulator", "--port", "0", "-q")
    process = subprocess.Popen([*command, "--write-env", str(env_file)], cwd=ROOT)
    try:
        until(env_file.exists, "the simulator's settings file")
        settings = Settings.load(EnvFile.read(env_file))
        assert settings.levers is not None
        with LeversClient(settings.levers.url, settings.levers.token) as levers:
            until(levers.health, "the simulator's first answer")
            yield Target(env_file, settings, levers)
    finally:
        process.terminate()
        process.wait(timeout=20)
