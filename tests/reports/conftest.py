"""A place for runs, and a finished rehearsal in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.evidence import RunRecord
from tests.reports.sample_run import sample_run


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """An empty folder of runs."""
    return tmp_path / "runs"


@pytest.fixture
def rehearsed(runs: Path) -> RunRecord:
    """A rehearsal in which everything passed."""
    return sample_run(runs)
