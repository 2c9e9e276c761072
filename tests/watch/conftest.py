"""Two days of a watch, made once: each test edits a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.watch.days import kept

TWO_DAYS = 2 * 288


@pytest.fixture(scope="session")
def two_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("watch") / "two-days"
    kept(folder, TWO_DAYS)
    return folder
