"""A foreign app that runs beside a simulator, and a rehearsal of it by the profile of its example."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.scenarios.running import Rehearsed, rehearse


@dataclass(frozen=True, slots=True)
class RunningApp:
    """A foreign app, and what a rehearsal of it needs."""

    base_url: str
    target: str
    folder: Path
    environment: Mapping[str, str]
    written_for: str
    """The address that the example's profile names."""
    example: Path

    @property
    def env_file(self) -> Path:
        """The simulator's settings."""
        return self.folder / ".env.simulator"

    def profile(self, *edits: tuple[str, str]) -> Path:
        """The example's profile for this port, with some of its lines edited."""
        text = (self.example / "merchant.toml").read_text("utf-8").replace(self.written_for, self.base_url)
        for line, other in edits:
            assert re.search(line, text, re.MULTILINE | re.DOTALL), f"the profile has no line like {line}"
            text = re.sub(line, other, text, flags=re.MULTILINE | re.DOTALL)
        file = self.folder / "merchant.toml"
        file.write_text(text, "utf-8")
        return file

    def judged(self, only: str, *edits: tuple[str, str], out: str = "run") -> Rehearsed:
        """What a rehearsal of some controls finds."""
        chosen = [f"--only={only}"] if only else []
        return rehearse(
            self.folder / out,
            f"--target={self.target}",
            f"--env-file={self.env_file}",
            f"--merchant={self.profile(*edits)}",
            *chosen,
        )
