"""Where Prometheus and its tool lie on this machine."""

from __future__ import annotations

import shutil
from pathlib import Path

from harness.core.errors import NotExercised

UNPACKED = Path(__file__).parents[2] / ".tools" / "prometheus" / "usr" / "bin"
"""Where set-up unpacks Debian's package, without installing it."""


def program(name: str) -> str:
    """The path of `prometheus` or `promtool`.

    Raises:
        NotExercised: there is none, and how one gets it.
    """
    found = shutil.which(name) or shutil.which(name, path=UNPACKED)
    if found is None:
        raise NotExercised(
            f"no {name} was found, and merchants' own rules are played by nothing else",
            where="PATH",
            remedy="in a checkout `make setup`, which unpacks Debian's package; "
            "else apt-get install prometheus",
        )
    return found
