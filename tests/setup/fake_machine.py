"""A machine made of shell scripts that note what they were asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass
class FakeMachine:
    """A project folder and a path full of scripts that note what they were asked."""

    root: Path
    bin: Path

    def program(self, name: str, script: str = "") -> Path:
        """Put a program on the path; it notes its name and arguments, then runs `script`."""
        return self._script(self.bin / name, f'echo "{name} $*" >> "{self.notes}"\n{script}')

    def python(self, script: str) -> Path:
        """The environment's Python, which answers as `script` says."""
        return self._script(self.root / ".venv/bin/python", f'echo "python $*" >> "{self.notes}"\n{script}')

    def browser(self, found: dict[str, Any]) -> str:
        """A script text: from now on the search finds this."""
        self.answer(found)
        return f'cat "{self.root / "browser.json"}"'

    def answer(self, found: dict[str, Any]) -> None:
        """Set what the search for a browser finds."""
        (self.root / "browser.json").write_text(json.dumps(found))

    def kept(self, name: str, found: dict[str, Any]) -> Path:
        """A finding on disk that a script can put in place of the present one."""
        path = self.root / f"{name}.json"
        path.write_text(json.dumps(found))
        return path

    @property
    def notes(self) -> Path:
        """What was run, a line each."""
        return self.root / "notes.txt"

    @property
    def ran(self) -> list[str]:
        """What was run, in order."""
        return self.notes.read_text().splitlines() if self.notes.is_file() else []

    @property
    def environment(self) -> dict[str, str]:
        """Variables under which nothing but the fakes is found."""
        return {"PATH": str(self.bin), "HOME": str(self.root / "home")}

    def _script(self, path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # a link leads to a program of the real machine
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path
