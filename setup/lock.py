"""`python3 setup lock`: the locks anew, for every platform, hashed, naming no address."""

from __future__ import annotations

from pathlib import Path

from setup import node
from setup.packages import LOCKS, learn_mirrors, must, ready_uv
from setup.programs import Work, tell

OPTIONS = (
    "--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-annotate",
    "--no-header", "--upgrade", "--quiet",
)  # fmt: skip


def refresh(work: Work) -> None:
    """Resolve anew what the project, its developers and set-up itself need."""
    learn_mirrors(work)
    uv = ready_uv(work)
    wanted = work.root / ".tools" / "uv.in"
    wanted.parent.mkdir(exist_ok=True)
    wanted.write_text("uv\n", "utf-8")
    scanner = work.root / ".tools" / "sslyze.in"
    scanner.write_text("sslyze\n", "utf-8")
    sources: dict[str, list[str | Path]] = {
        "run.txt": ["pyproject.toml"],
        "dev.txt": ["pyproject.toml", "--all-extras", "--group", "dev", "--constraints", LOCKS / "run.txt"],
        "uv.txt": [wanted],
        "sslyze.txt": [scanner],
    }
    for lock, source in sources.items():
        with work.telling(f"{LOCKS / lock} refreshed"):
            must(work, [uv, "pip", "compile", *source, *OPTIONS, "-o", LOCKS / lock], f"lock {lock}")
    with work.telling(f"{node.LOCK} refreshed"):
        node.refresh(work)
    tell("read the difference before you commit it: git diff --stat setup/locks")
