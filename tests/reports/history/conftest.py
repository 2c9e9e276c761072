"""A history of either kind, and runs to keep in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reports.history.postgresql_server import Server, server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A server for all tests of the session."""
    with server() as running:
        yield running


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """An empty folder of runs."""
    return tmp_path / "runs"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a history that does not exist yet, in a file and at a server."""
    if request.param == "sqlite":
        return str(tmp_path / "history.sqlite")
    running: Server = request.getfixturevalue("postgresql")
    return running.database()
