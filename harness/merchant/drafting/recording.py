"""Opens Playwright's own recorder at the app, and writes what it recorded into the profile."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import EnvironmentUnreachable, UsageError
from harness.core.whole_file import write_whole
from harness.merchant.gap import lines_of, place
from harness.merchant.profile import MerchantProfile

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


def _run(command: Sequence[str]) -> int:
    return subprocess.run(command, check=False).returncode  # noqa: S603 - Playwright's own program


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording of how an order is made. Tests replace what runs the recorder."""

    file: Path
    """The profile."""
    kind: str
    run: Callable[[Sequence[str]], int] = _run

    @property
    def steps(self) -> Path:
        """Where the steps go."""
        return self.file.resolve().with_name("order.py" if self.kind == "qr" else f"order_{self.kind}.py")

    def record(self, environment: Mapping[str, str] = os.environ) -> Path:
        """Record until the window is closed; the steps then stand beside the profile, which names them.

        Raises:
            EnvironmentUnreachable: there is no display, or no recorder.
            UsageError: such an order is described already, nothing was recorded, or the file is there.
        """
        profile = MerchantProfile.load(str(self.file))
        text = self.file.read_text("utf-8")
        table = f"order.{self.kind}"
        if table in (lines := lines_of(text)):
            raise UsageError(
                "the profile says already how such an order is made",
                where=place(lines, table),
                remedy=f'take that table out, and record again; or write steps = "{self.steps.name}" there',
            )
        if self.steps.exists():
            raise UsageError(f"{self.steps.name} is there already", where=table, remedy="move it away")
        if sys.platform == "linux" and not any(environment.get(each) for each in _SCREENS):
            raise EnvironmentUnreachable(
                "there is no display on which a recorder could open its window",
                where=" or ".join(_SCREENS),
                remedy="record on a computer that has one (playwright codegen --target python-pytest), and "
                "copy the file beside the profile",
            )
        kept = profile.sign_in.state if profile.sign_in is not None else None
        state = [f"--load-storage={profile.folder / kept}"] if kept is not None else []
        target = ["--target=python-pytest", f"--output={self.steps}", *state, profile.base_url]
        code = self.run([sys.executable, "-m", "playwright", "codegen", *target])
        if code:
            raise EnvironmentUnreachable(
                f"Playwright's recorder ended with {code}", where=table, remedy="playwright install chromium"
            )
        if not self.steps.exists():
            raise UsageError(
                "nothing was recorded", where=table, remedy="order once in the window, then close it"
            )
        write_whole(self.file, f'{text.rstrip()}\n\n[{table}]\nsteps = "{self.steps.name}"\n')
        return self.steps
