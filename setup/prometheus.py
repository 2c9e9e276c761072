"""The Prometheus that plays merchants' alert rules (MON-05): Debian's, unpacked into the project.

It is not installed: a package of a server starts it, now and at every boot, and whoever rehearses asked for
neither.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from setup.debian import Debian
from setup.programs import Work

UNPACKED = ".tools/prometheus"
PROGRAMS = ("prometheus", "promtool")


def has_prometheus(root: Path, variables: Mapping[str, str]) -> bool:
    """Whether both programs are on the path, or unpacked already."""
    path = os.pathsep.join([variables.get("PATH", ""), str(root / UNPACKED / "usr/bin")])
    return all(shutil.which(each, path=path) for each in PROGRAMS)


def ready_prometheus(work: Work, debian: Debian) -> None:
    """Unpack it where it is missing; where that cannot be, MON-05 alone stays inconclusive."""
    if has_prometheus(work.root, work.environment):
        return
    with work.telling("Prometheus, unpacked into .tools/prometheus") as words:
        if why := debian.unpack("prometheus", work.root / UNPACKED):
            words.append(f"left out, so MON-05 stays inconclusive: {why}")
