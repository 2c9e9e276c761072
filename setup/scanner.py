"""sslyze, which tries what the app's TLS agrees to (SEC-01), in an environment of its own under .tools.

Not in .venv: it wants an older `cryptography` than we do, and under the AGPL it is to be a program apart.
"""

from __future__ import annotations

import sys
from pathlib import Path

from setup.packages import LOCKS, PACKAGES_LIMIT_S, QUICK_S, pins
from setup.programs import Work

PLACE = Path(".tools/sslyze")
LOCK = LOCKS / "sslyze.txt"
READY_MADE = ("--only-binary", "nassl", "--only-binary", "cryptography", "--only-binary", "pydantic-core")
"""Nobody waits for two OpenSSLs and a Rust to be compiled; sslyze itself is published as source."""


def ready_scanner(work: Work, uv: Path) -> None:
    """Install it where it is missing; where that cannot be, SEC-01 stays inconclusive and says so."""
    if stands(work):
        return
    with work.telling(f"sslyze in {PLACE}") as words:
        python = PLACE / "bin" / "python"
        commands: list[list[str | Path]] = [
            [uv, "venv", "--clear", "--quiet", "--python", sys.executable, PLACE],
            [uv, "pip", "sync", "--require-hashes", *READY_MADE, "--python", python, LOCK],
        ]
        for command in commands:
            done = work.run(command, limit_s=PACKAGES_LIMIT_S)
            if not done.ok:
                words.append(f"left out, so SEC-01 decides nothing: {done.last_words}")
                return


def stands(work: Work) -> bool:
    """Whether the locked one is there, and starts."""
    python = work.root / PLACE / "bin" / "python"
    if not python.is_file():
        return False
    question = "import sslyze.__version__ as told; print(told.__version__)"
    asked = work.run([python, "-c", question], limit_s=QUICK_S)
    return asked.ok and asked.output.strip() == pins(work.root / LOCK).get("sslyze", "")
