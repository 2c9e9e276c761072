"""What a simulator leaves where `golive exec` looks for it, without one."""

from __future__ import annotations

import json
import os
from pathlib import Path

from harness.core.system import lock_file
from harness.processes.scratch import LOCK, PREFIX
from harness.simulator.as_platform.names import BUNDLE, FOLDER, TOLD


def pretended(place: Path, port: int, *, runs: bool = True, plays: bool = True) -> int:
    """Put it below `place`, and return the lock of the process that would be there; it may be closed."""
    scratch = place / f"{PREFIX}{port}"
    (scratch / f"{FOLDER}1").mkdir(parents=True)
    lock = os.open(scratch / LOCK, os.O_CREAT | os.O_RDWR)
    if runs:
        lock_file(lock)
    if plays:
        (scratch / f"{FOLDER}1" / BUNDLE).touch()
        told = {"proxy": "http://127.0.0.1:9", "simulator": f"http://127.0.0.1:{port}"}
        (scratch / f"{FOLDER}1" / TOLD).write_text(json.dumps(told), "utf-8")
    return lock
