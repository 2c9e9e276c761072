"""A load that is killed leaves nobody behind: no simulator, no shop, no generator."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from harness.processes.child import golive_command
from tests.load.running import ROOT, until

GOLIVE = golive_command()
GENERATOR = golive_command("generate-load")


@pytest.fixture
def family() -> Iterator[list[psutil.Process]]:
    """Whoever is still there at the end of a test is ended."""
    seen: list[psutil.Process] = []
    yield seen
    for each in seen:
        with suppress(psutil.NoSuchProcess):
            each.kill()


@pytest.mark.parametrize("processes", [1, 2])
def test_whoever_was_started_for_a_load_ends_when_it_is_killed(
    family: list[psutil.Process], tmp_path: Path, processes: int
) -> None:
    arguments = ["load", "--run", "brief", f"--processes={processes}", "--out", str(tmp_path / "run")]
    with subprocess.Popen([*GOLIVE, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL) as load:

        def generators() -> list[psutil.Process]:
            family[:] = psutil.Process(load.pid).children(recursive=True)
            return [each for each in family if each.cmdline()[: len(GENERATOR)] == GENERATOR]

        try:
            until(lambda: len(generators()) >= processes, "the start of the generator")
        finally:
            load.kill()
    assert len(family) >= 3 + processes  # a simulator, a shop, the judge
    assert not psutil.wait_procs(family, timeout=20)[1]


def test_a_simulator_that_was_started_by_hand_outlives_its_shell(
    family: list[psutil.Process], tmp_path: Path
) -> None:
    env_file = tmp_path / ".env"
    command = [*GOLIVE, "simulator", "-q", "--port", "0", "--write-env", str(env_file)]
    quiet = "stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL"
    starter = f"import subprocess; print(subprocess.Popen({command!r}, {quiet}).pid)"
    started = subprocess.run(
        [sys.executable, "-c", starter], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    family.append(psutil.Process(int(started.stdout)))
    until(env_file.exists, "the simulator's settings file")
    with pytest.raises(psutil.TimeoutExpired):
        family[0].wait(timeout=2.5)
