"""What a run leaves: `results/latest.json`, and on demand a line of `results/history.ndjson`, committed."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, Field, ValidationError

from bench.metrics import Metric
from harness.core.clock import wire_now
from harness.core.control import Model
from harness.core.errors import HarnessError, UsageError

FOLDER = Path(__file__).parent / "results"
LATEST = "latest.json"
HISTORY = "history.ndjson"


class Result(Model):
    """One run of the benchmarks."""

    time: AwareDatetime
    """When it ended, UTC."""
    commit: str
    """What was measured; a trailing + says that files had been changed since."""
    python: str
    machine: str
    """Processor architecture and system."""
    cores: int
    load: float = 0.0
    """Load average of the minute before, for each core: of a busy machine, seconds say little."""
    quick: bool = False
    metrics: tuple[Metric, ...] = Field(min_length=1)

    @classmethod
    def of(
        cls, metrics: Sequence[Metric], *, quick: bool, load: float = 0.0, time: datetime | None = None
    ) -> Result:
        """A result of this machine, now.

        Raises:
            HarnessError: nothing was measured, or two figures have one name.
        """
        if not metrics:
            raise HarnessError("nothing was measured, so there is no result", where="bench")
        if len({metric.name for metric in metrics}) < len(metrics):
            raise HarnessError("two benchmarks give a figure of the same name", where="bench")
        return cls(
            time=time or wire_now().replace(microsecond=0),
            commit=_commit(),
            python=platform.python_version(),
            machine=f"{platform.machine()} {platform.system()}",
            cores=os.cpu_count() or 1,
            load=round(load, 1),
            quick=quick,
            metrics=tuple(metrics),
        )


def load_per_core() -> float:
    """How busy this machine was in the last minute; 0 where the system does not say."""
    return os.getloadavg()[0] / (os.cpu_count() or 1) if hasattr(os, "getloadavg") else 0.0


def write(result: Result, folder: Path = FOLDER) -> Path:
    """Replace `latest.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LATEST
    path.write_text(result.model_dump_json(indent=2) + "\n", "utf-8")
    return path


def append(result: Result, folder: Path = FOLDER) -> Path:
    """Add a line to the history.

    Raises:
        UsageError: the result is of a quick run, which is too rough to compare with.
    """
    if result.quick:
        raise UsageError("a quick run is not kept", where="bench --keep", remedy="leave --quick out")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / HISTORY
    with path.open("a", encoding="utf-8") as file:
        file.write(result.model_dump_json(exclude_defaults=True) + "\n")
    return path


def history(folder: Path = FOLDER) -> list[Result]:
    """Every kept result, oldest first; none where there is no history yet.

    Raises:
        UsageError: a line is no result.
    """
    path = folder / HISTORY
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            found.append(Result.model_validate_json(line))
        except ValidationError as error:
            raise UsageError(
                f"this line is no result: {error.errors()[0]['msg']}",
                where=f"{path}:{number}",
                remedy="take it out, or restore it from version control",
            ) from error
    return sorted(found, key=lambda result: result.time)


def _commit() -> str:
    root = str(Path(__file__).parents[1])
    commit = _git("-C", root, "rev-parse", "--short=10", "HEAD")
    changed = _git("-C", root, "status", "--porcelain", "--untracked-files=no")
    return f"{commit}{'+' if changed else ''}" if commit else "unknown"


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)  # noqa: S603, S607
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
