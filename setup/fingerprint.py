"""What the last set-up was made from, so that the next one can see at a glance that nothing is missing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from setup.languages import LANGUAGES
from setup.prometheus import has_prometheus
from setup.shells import SHELLS

MADE_FROM = (
    "setup/locks/dev.txt",
    "setup/locks/sslyze.txt",
    "setup/locks/node/package-lock.json",
    "pyproject.toml",
)
ASKED_FOR = ("GOLIVE_BROWSER", "PLAYWRIGHT_BROWSERS_PATH")


def key(root: Path, variables: Mapping[str, str]) -> str:
    """Digest of everything that set-up depends on: lock, project, Python, place, and the user's wishes."""
    digest = hashlib.sha256()
    for name in MADE_FROM:
        digest.update((root / name).read_bytes())
    wishes: list[object] = [variables.get(name, "") for name in ASKED_FOR]
    programs = ("npm", *(each.program for each in LANGUAGES.values()), *SHELLS)
    wishes += [bool(shutil.which(name, path=variables.get("PATH"))) for name in programs]
    wishes.append(has_prometheus(root, variables))
    digest.update(json.dumps([sys.version, str(root), wishes]).encode())
    return digest.hexdigest()


def place(root: Path) -> Path:
    """Where the stamp lies: in the environment, so that removing that forgets it too."""
    return root / ".venv" / "golive-setup.json"


def fresh(root: Path, variables: Mapping[str, str]) -> str:
    """The browser of the last complete set-up if everything it made still stands; empty otherwise."""
    try:
        kept = json.loads(place(root).read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    if not isinstance(kept, dict):
        return ""
    browser = str(kept.get("browser", ""))
    made = [Path(browser), root / ".venv" / "bin" / "python", root / ".venv" / "bin" / "golive"]
    stands = all(os.access(path, os.X_OK) for path in made)
    return browser if stands and kept.get("key") == key(root, variables) else ""


def write(root: Path, variables: Mapping[str, str], browser: Path) -> None:
    """Remember a complete set-up."""
    stamp = {"key": key(root, variables), "browser": str(browser)}
    place(root).write_text(json.dumps(stamp, indent=2) + "\n", "utf-8")
