"""What a simulator in the foreground says at its start: where everything is, and what is unusual."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.core.control import Language
from harness.core.texts import read_texts
from harness.levers.models import LEVERS
from harness.simulator.account.identity import Identity
from harness.simulator.foreground.files import Files, of_account
from harness.simulator.https_door import HttpsDoor
from harness.simulator.label_column import Row, lines_of
from harness.simulator.server import Simulator

_SAID = read_texts(Path(__file__).with_name("said.yaml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What there is to say; none of it is a secret."""

    simulator: Simulator
    address: str
    """Where it serves."""
    files: Files
    key_files: Sequence[Path]
    """Those of the first account."""
    others: Sequence[Identity]
    """The further accounts."""
    door: HttpsDoor | None
    beside: Sequence[Row]
    """What is said of what is there beside it."""
    language: Language

    def __str__(self) -> str:
        """The lines that it begins with."""
        rows = (
            *self._addresses(),
            *self._unusual(),
            *self._handed_out(),
            self._row("next"),
            self._row("stop"),
        )
        return "\n".join((_SAID["lines"]["title"].spoken(self.language), *lines_of(rows)))

    def _row(self, name: str, **values: object) -> Row:
        return Row.of(_SAID["start"][name], self.language, **values)

    def _addresses(self) -> Iterator[Row]:
        address, files = self.address, self.files
        yield self._row("address", address=address)
        if self.door is not None:
            yield self._row("https", address=self.door.url, file=files.https_ca)
        yield from self.beside
        for wire in self.simulator.wires.values():
            yield Row(wire.name, f"{address}{wire.shown}")
        yield self._row("levers", address=f"{address}{LEVERS}")
        yield self._row("cashier", address=f"{address}/cashier/scan?code_url=…")
        yield self._row("console", address=f"{address}/console")
        if files.ca is not None:
            yield self._row("trust", file=files.ca, address=address)

    def _unusual(self) -> Iterator[Row]:
        if not self.simulator.account.experience:
            yield self._row("formal")
        if self.simulator.defects:
            yield self._row("defects", defects=", ".join(sorted(self.simulator.defects)))
        if rules := self.simulator.faults.rules():
            for each in rules:
                yield self._row("rules", rule=each)
                yield from (self._row("absent", why=why) for why in self.simulator.present.lacks(each.rule))
            yield self._row("faulty")

    def _handed_out(self) -> Iterator[Row]:
        files = self.files
        kept = "" if files.kept_in is None else "-kept"
        if files.settings is None:
            yield self._row(f"unwritten{kept}")
        else:
            yield self._row(f"written{kept}", file=files.settings)
            if files.ca is None:
                yield self._row("token")
        if self.key_files:
            yield self._row("keys", files=", ".join(map(str, self.key_files)))
        for number, owner in enumerate(self.others, start=2):
            about = {"mchid": owner.mchid, "mode": owner.key_mode}
            if files.settings is None:
                yield self._row("account-unwritten", **about)
            else:
                yield self._row("account", file=of_account(files.settings, number), **about)
        if files.kept_in is not None:
            orders = sum(len(each.orders()) for each in self.simulator.platform.every_account())
            waiting = self.simulator.notifier.waiting
            yield self._row("kept", file=files.kept_in, orders=f"{orders:,}", waiting=waiting)
