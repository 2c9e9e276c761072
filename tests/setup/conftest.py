"""Lets the tests import set-up's own package, and gives them a machine made of shell scripts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.setup.fake_machine import ROOT, FakeMachine

sys.path.insert(0, str(ROOT / ".ci"))


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
