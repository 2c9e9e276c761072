"""The shells that the tests type the documents' commands into. A run needs none of them."""

from __future__ import annotations

import shutil

from setup.debian import Debian
from setup.programs import Work

SHELLS = ("dash", "bash", "zsh")
"""Debian's sh, most people's, and the one of macOS."""


def ready_shells(work: Work, debian: Debian) -> None:
    """Install those that are missing; where that cannot be, only the tests that need them fail."""
    missing = [shell for shell in SHELLS if not shutil.which(shell, path=work.environment.get("PATH"))]
    if not missing:
        return
    with work.telling(f"shells for the tests of the documents: {', '.join(missing)}") as words:
        if why := debian.install(missing):
            words.append(f"left out, so those tests will fail: {why}")
