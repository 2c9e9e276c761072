"""Gives the tests a machine made of shell scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.setup.fake_machine import FakeMachine


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    """A machine on which nothing is installed."""
    fake = FakeMachine(tmp_path, tmp_path / "bin")
    fake.bin.mkdir()
    for tool in ("env", "cat", "cp", "sleep"):
        (fake.bin / tool).symlink_to(
            next(p for p in (Path("/usr/bin") / tool, Path("/bin") / tool) if p.exists())
        )
    return fake
