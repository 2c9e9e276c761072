"""An office with papers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reports.people.signed import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A folder of papers with three persons, and none signed."""
    return Office(tmp_path)
