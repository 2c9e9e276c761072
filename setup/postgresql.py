"""The PostgreSQL that the tests of a shared history start. A run needs none, unless its history is shared."""

from __future__ import annotations

import shutil
from pathlib import Path

from setup.debian import Debian
from setup.programs import Work

DEBIANS = Path("/usr/lib/postgresql")
"""Where Debian keeps its servers, a folder a version, off the path."""
PROGRAM = "initdb"


def ready_postgresql(work: Work, debian: Debian, debians: Path = DEBIANS) -> None:
    """Install it where it is missing; where that cannot be, only the tests that need it fail."""
    on_path = shutil.which(PROGRAM, path=work.environment.get("PATH"))
    if on_path or any(debians.glob(f"*/bin/{PROGRAM}")):
        return
    with work.telling("PostgreSQL for the tests of a shared history") as words:
        if why := debian.install(["postgresql"]):
            words.append(f"left out, so those tests will fail: {why}")
