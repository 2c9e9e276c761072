"""Programs of Node's world, as the lock has them: which Node runs them, and where their packages are."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parents[2] / ".tools/node/node_modules"
SCRIPTS = Path(__file__).parent / "node"
LIMIT_S = 120
MISSING = (
    "this test runs a program of Node's world: install node and npm, remove .venv/golive-setup.json, "
    "then `make setup` (docs/setup.md)"
)


def node_program(package: str) -> str:
    """The lock's own Node where it has one, with a package of the lock at hand."""
    ours = sorted(PACKAGES.glob("node-*/bin/node"))
    program = str(ours[0]) if ours else shutil.which("node")
    if program is None or not (PACKAGES / package).is_dir():
        pytest.fail(MISSING)
    return program


def run_node(package: str, script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script that needs a package of the lock."""
    return subprocess.run(
        [node_program(package), str(script), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LIMIT_S,
        check=False,
        env={"PATH": os.environ["PATH"], "NO_COLOR": "1"},
    )
