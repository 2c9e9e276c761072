"""What a scenario writes down while it runs: steps with their time, observations, pictures, warnings."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from harness.browser.photograph import photograph
from harness.core.control import Artifact, Check, Outcome, Step, Text


class ConcludedFailure(AssertionError):
    """A check that was handed in finished failed: pytest is to show it, and the record has it already."""


class Keeper(Protocol):
    """Whatever keeps a file beside the record and says where (the run record does)."""

    def add_artifact(self, name: str, data: bytes) -> str: ...


class Picture(Protocol):
    """Anything that can be photographed, e.g. a Playwright page."""

    def screenshot(self, *, scale: Literal["css"]) -> bytes: ...


@dataclass(slots=True)
class Journal:
    """The notes of one scenario. A scenario that observed nothing cannot pass.

    Args:
        keeper: where pictures go.
        prefix: beginning of every file's name, unique to the scenario.
    """

    keeper: Keeper
    prefix: str
    observations: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    elsewhere: str = ""
    """Why whatever went wrong accuses nobody: every order was of another provider."""
    steps: list[Step] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    concluded: list[Check] = field(default_factory=list)
    """Checks that were handed in finished, with outcome, blame and dialect."""
    _begun: float = field(default_factory=time.perf_counter)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a named part; the page draws it. A step that raises is kept too."""
        start = time.perf_counter()
        try:
            yield
        finally:
            end = time.perf_counter()
            self.steps.append(Step(name=name, offset_s=start - self._begun, duration_s=end - start))

    def observe(self, fact: str) -> None:
        """Note that something was really looked at: this is what a pass rests on."""
        self.observations.append(fact)

    def warn(self, message: str) -> None:
        """Note something that is allowed but unwise: a pass becomes a warning."""
        self.warnings.append(message)

    def doubt(self, message: str) -> None:
        """Note that what was observed decides nothing yet, and what would: a pass becomes inconclusive."""
        self.doubts.append(message)

    def limit(self, message: str) -> None:
        """Note what a pass does not speak of: a part of the criterion that was not tried, and why."""
        self.limits.append(message)

    def conclude(self, checks: Iterable[Check]) -> None:
        """Hand in finished checks. They are all that the scenario comes to, unless it notes more by itself.

        Raises:
            ConcludedFailure: one of them failed.
        """
        given = list(checks)
        self.concluded += given
        broken = [each for each in given if each.outcome is Outcome.FAIL]
        if broken:
            raise ConcludedFailure(
                "; ".join(f"{each.scenario} {each.dialect}: {each.message}" for each in broken)
            )

    def picture(self, of: Picture, *, zh: str, en: str, kind: str = "screenshot") -> bytes:
        """Photograph a page, keep the picture beside the record, and hand it back (PNG)."""
        png = photograph(
            lambda: of.screenshot(scale="css")
        )  # a phone's real pixels would be seven times as many
        self.keep(png, zh=zh, en=en, kind=kind)
        return png

    def keep(self, png: bytes, *, zh: str, en: str, kind: str = "screenshot") -> None:
        """Keep a picture (PNG) beside the record."""
        path = self.keeper.add_artifact(f"{self.prefix}-{len(self.artifacts) + 1}.png", png)
        self.artifacts.append(Artifact(path=path, kind=kind, title=Text(zh=zh, en=en)))
