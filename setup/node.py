"""Node's packages for the harness's own tests: exactly the lock's, into .tools/node. A run needs none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from setup.packages import LOCKS, PACKAGES_LIMIT_S, must
from setup.programs import Work

LOCK = LOCKS / "node"
FILES = ("package.json", "package-lock.json")
PLACE = Path(".tools/node")
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
ADDRESSES = ("resolved", "funding")


def ready_node(work: Work) -> None:
    """Install the locked packages where there is npm; without it only the tests that need Node fail."""
    with work.telling("Node's packages for the tests") as words:
        npm = shutil.which("npm", path=work.environment.get("PATH"))
        if npm is None:
            words.append("left out: there is no npm, so the tests under Node will fail")
            return
        copy_lock(work)
        command: list[str | Path] = [npm, "ci", *QUIET, "--prefix", PLACE, "--cache", ".tools/cache/npm"]
        done = work.run(command, limit_s=PACKAGES_LIMIT_S)
        if not done.ok:
            words.append(f"not installed, so those tests will fail: {done.last_words.splitlines()[-1]}")


def copy_lock(work: Work) -> None:
    """Put both files where npm installs beside them; it takes them from nowhere else."""
    (work.root / PLACE).mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copyfile(work.root / LOCK / name, work.root / PLACE / name)


def refresh(work: Work) -> None:
    """Resolve `package.json` anew; the lock keeps digests and loses addresses."""
    npm = shutil.which("npm", path=work.environment.get("PATH")) or "npm"
    must(work, [npm, "install", "--package-lock-only", *QUIET, "--prefix", LOCK], "lock Node's packages")
    place = work.root / LOCK / "package-lock.json"
    lock = json.loads(place.read_text("utf-8"))
    for package in lock["packages"].values():
        for name in ADDRESSES:
            package.pop(name, None)
    place.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")
