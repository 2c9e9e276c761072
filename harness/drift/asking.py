"""Asks an endpoint the questions of a capture, one after the other, and keeps what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from typing import NamedTuple

from harness.core import dialects as table
from harness.core.errors import TargetFailure
from harness.core.exchange import Exchange, Listener
from harness.drift.answer import Answer, kept
from harness.drift.ask import Ask, read_asks
from harness.drift.capture import Line
from harness.drift.names import Names
from harness.drift.wires.kit import Asked, Wire
from harness.evidence.planted_canaries import plant
from harness.evidence.redaction import Redactor
from harness.gateways.guard import UNGUARDED, Unguarded
from harness.settings.model import Settings

NOT_CAPTURED = "nothing knows how to ask it for a capture"


class Heard(NamedTuple):
    """One answer, of how many."""

    dialect: str
    operation: str
    number: int


class _Ear:
    """Hears exchanges, and remembers the last."""

    def __init__(self) -> None:
        self.last: Exchange | None = None

    def __call__(self, exchange: Exchange, /) -> None:
        self.last = exchange

    def about(self, operation: str) -> Exchange | None:
        """What was heard of an operation, or of the handshake that was refused before it."""
        last = self.last
        if last is None or last.operation == operation or last.status != 200:
            return last
        return None


def can_be_asked(dialect: str) -> bool:
    """Whether there are questions of this dialect."""
    return bool(table.dialect(dialect).drift)


def open_wire(
    dialect: str, settings: Settings, *, listeners: Sequence[Listener] = (), guard: Unguarded = UNGUARDED
) -> Wire:
    """What asks in this dialect. Sends nothing.

    Raises:
        ConfigurationError: the settings name no such endpoint.
    """
    made: Wire = table.made(table.dialect(dialect).drift)(settings, listeners=listeners, guard=guard)
    return made


def questions(dialect: str, settings: Settings) -> tuple[Ask, ...]:
    """What a capture asks in this dialect."""
    with closing(open_wire(dialect, settings)) as wire:
        return read_asks(wire.asks)


def ask_all(
    dialect: str,
    asks: Iterable[Ask],
    settings: Settings,
    *,
    guard: Unguarded = UNGUARDED,
    tell: Callable[[Heard], object] = lambda heard: None,
) -> tuple[Line, ...]:
    """Ask everything in its order, with fresh order numbers.

    Args:
        guard: asked before every request, and before whatever could become an order.
        tell: hears of every answer.

    Raises:
        EnvironmentUnreachable: nothing answers.
        UnsafeRequest: it does not fit into the budget, or the host was not allowed.
        UsageError: a question is none of this dialect.
    """
    ear, redactor = _Ear(), Redactor(settings.secrets())
    provider = table.dialect(dialect).provider
    lines: list[Line] = []
    with closing(open_wire(dialect, settings, listeners=[ear], guard=guard)) as wire:
        names = Names(wire.names)
        for number, ask in enumerate(asks, 1):
            asked = _filled(ask, names)
            if ask.worth and asked.number:
                guard.spend(asked.number, ask.worth, provider=provider)
            ear.last = None
            why = _sent(wire, asked)
            heard = ear.about(ask.id)
            answer = (
                Answer(error=redactor.text(why) or "no answer was heard")
                if heard is None
                else kept(heard, redactor=redactor, names=names)
            )
            lines.append(Line(dialect=dialect, ask=ask, answer=answer))
            tell(Heard(dialect, ask.id, number))
    return tuple(lines)


def canaries(settings: Settings) -> tuple[tuple[str, ...], str]:
    """Made-up secrets, and answers full of them as a capture would keep those."""
    heard: list[Exchange] = []
    planted = plant(heard.append)
    redactor, names = Redactor(settings.secrets()), Names({})
    return planted, "\n".join(kept(each, redactor=redactor, names=names).model_dump_json() for each in heard)


def _filled(ask: Ask, names: Names) -> Asked:
    number = names.number(ask.number) if ask.number else None
    return Asked(
        operation=ask.id,
        call=names.filled(ask.call),
        members=None if ask.members is None else names.filled(ask.members),
        spoilt=ask.spoilt,
        number=number,
    )


def _sent(wire: Wire, asked: Asked) -> str:
    """Ask; why it ended badly, if so. Whoever does not answer twice is not asked any more by the guard."""
    try:
        wire.send(asked)
    except TargetFailure as error:
        return error.what
    return ""
