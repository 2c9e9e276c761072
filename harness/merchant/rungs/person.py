"""A person who orders: asked at the terminal, and waited for until the platform sees the order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.core.texts import read_texts
from harness.merchant.gap import ProfileGap

PATIENCE_S = 300.0
"""How long somebody may take to order once."""
_TELLS_EVERY_S = 10.0
TERMINAL = Path("/dev/tty")
_TEXTS = read_texts(Path(__file__).with_suffix(".yaml"))["said"]


@dataclass(slots=True)
class Person:
    """Whoever sits at this terminal. What is said goes there whatever else is captured."""

    where: str
    """The line of the profile."""
    terminal: Path = TERMINAL
    wanted: int = 0
    """How many scenarios of the run order something; 0: nobody knows."""
    _asked: int = 0
    _told_at: float = PATIENCE_S

    def be_there(self) -> None:
        """Make sure that somebody can be asked.

        Raises:
            ProfileGap: there is no terminal.
        """
        try:
            with self.terminal.open("w", encoding="utf-8"):
                pass
        except OSError:
            raise ProfileGap(
                "a person is to order, and there is no terminal at which one could be asked",
                where=self.where,
                remedy="run it in a terminal, or describe a page, a request, steps or a command",
            ) from None

    def ask(self, what: str) -> None:
        """Say what to order now."""
        self.be_there()
        if not self._asked and self.wanted:
            self._say("wanted", count=self.wanted)
        self._asked += 1
        self._told_at = PATIENCE_S
        self._say("ask", f"[{self._asked}] {what} · ", seconds=f"{PATIENCE_S:.0f}")

    def waiting(self, left_s: float) -> None:
        """Say now and then how long is left."""
        if self._told_at - left_s >= _TELLS_EVERY_S:
            self._told_at = left_s
            self._say("left", seconds=f"{left_s:.0f}")

    def came(self, number: str) -> None:
        """Say which order was seen."""
        self._say("came", number=number)

    def _say(self, line: str, before: str = "", **seen: object) -> None:
        told = _TEXTS[line].filled(**{name: str(value) for name, value in seen.items()})
        with self.terminal.open("w", encoding="utf-8") as shown:
            shown.write(f"{before}{told.zh} · {told.en}\r\n")
