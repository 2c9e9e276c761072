"""`@control("CBK-03")`: which control a scenario exercises, on which wires, and whose turn a failure is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import FunctionType

import pytest

from harness.core import dialects as table
from harness.core.control import Blame
from harness.core.dialects import Operation
from harness.core.errors import HarnessError
from harness.core.payment import Product, Provider

NO_WIRE = "-"
"""Provider and dialect of a control that is about settings, not about a wire."""
DEFAULT_DIALECT = table.classic_of(Provider.WECHAT).id
"""What a merchant is told to speak where it does not matter."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One control that a scenario exercises."""

    control: str
    dialects: tuple[str, ...]
    """The wires it applies to; empty: none, it is about settings."""
    blame: Blame


def control(
    control_id: str,
    *,
    dialects: tuple[str, ...] | None = None,
    provider: Provider | None = None,
    classic: bool | None = None,
    can: Operation | None = None,
    product: Product | None = None,
    callbacks: str | None = None,
    experience: bool | None = None,
    sampled: bool = False,
    blame: Blame = Blame.MERCHANT,
) -> pytest.MarkDecorator:
    """Declare that a scenario exercises a control; may be stacked.

    A scenario that asks for the fixture `dialect`, directly or through others, runs once on each dialect that
    has what is asked for here; what is not asked for does not matter.

    Args:
        control_id: as in the checklist, e.g. `CBK-03`. An id the checklist lacks fails the collection.
        dialects: the wires it applies to, whatever they can do; `()` for settings.
        provider: whose money moves.
        classic: the provider's own API, or one of the dialects in front of it.
        can: an operation it needs.
        product: the way of paying it is about.
        callbacks: the form in which the platform calls back.
        experience: whether the wire has an edition in which no real money moves.
        sampled: also wires that are judged by a sample, of which this scenario is a part.
        blame: whose turn it is when an assertion of the scenario fails.
    """
    if dialects is None:
        dialects = table.dialects(
            provider=provider,
            classic=classic,
            can=can,
            product=product,
            callbacks=callbacks,
            experience=experience,
            sampled=sampled,
        )
    return pytest.mark.control(Exercise(control_id, tuple(dialects), blame))


def declares_control(collector: pytest.Collector, obj: object) -> bool:
    """Whether what was found in a file is a scenario, or a class or a parameter of one, by our own mark."""
    own = getattr(obj, "pytestmark", ()) if isinstance(obj, FunctionType | type) else ()
    marks = _with_parameters([*own, *collector.iter_markers()])
    return any(isinstance(each, Exercise) for mark in marks for each in mark.args[:1])


def names_own(item: pytest.Item | pytest.Function, parameter: str) -> bool:
    """Whether an item's own `parametrize` gives this parameter its values."""
    for mark in item.iter_markers("parametrize"):
        names = mark.kwargs.get("argnames", mark.args[0] if mark.args else ())
        if parameter in (names.replace(",", " ").split() if isinstance(names, str) else names):
            return True
    return False


def exercises(item: pytest.Item) -> tuple[Exercise, ...]:
    """Every control an item exercises on its wire, the nearest declaration first.

    One function may carry controls of different wires: none is exercised on a wire it does not apply to.
    """
    declared, dialect = _declared(item), dialect_of(item)
    return tuple(each for each in declared if dialect in (NO_WIRE, *each.dialects))


def dialect_of(item: pytest.Item) -> str:
    """The wire this item runs on."""
    named = {dialect for exercise in _declared(item) for dialect in exercise.dialects}
    callspec = getattr(item, "callspec", None)
    if named and callspec is not None and "dialect" in callspec.params:
        return str(callspec.params["dialect"])
    return named.pop() if len(named) == 1 else NO_WIRE


def lane_of(item: pytest.Item) -> str:
    """The wire whose scenarios an item runs among: a merchant on no certain wire is the default one's."""
    wire = dialect_of(item)
    return DEFAULT_DIALECT if wire == NO_WIRE and "profile" in getattr(item, "fixturenames", ()) else wire


def provider_of(dialect: str) -> str:
    """Whose money moves on a wire."""
    return NO_WIRE if dialect == NO_WIRE else table.dialect(dialect).provider


def applies(item: pytest.Item) -> bool:
    """Whether any of an item's controls applies to its wire; what is no scenario always does."""
    return bool(exercises(item)) or not _declared(item)


def needs_browser(item: pytest.Item) -> bool:
    """Whether an item drives a browser, directly or through its fixtures."""
    return "browser" in getattr(item, "fixturenames", ())


def dialects_of(metafunc: pytest.Metafunc) -> tuple[str, ...]:
    """The wires a scenario function is to run on, in the order they are rehearsed.

    A control may be declared on the function or on single parameters of it.
    """
    marks = _with_parameters(list(metafunc.definition.iter_markers()))
    named = {
        dialect for exercise in _read(marks, metafunc.definition.nodeid) for dialect in exercise.dialects
    }
    return tuple(dialect for dialect in table.dialects(sampled=True) if dialect in named)


def _declared(item: pytest.Item) -> tuple[Exercise, ...]:
    return _read(item.iter_markers("control"), item.nodeid)


def _with_parameters(marks: list[pytest.Mark]) -> list[pytest.Mark | pytest.MarkDecorator]:
    """Every mark of a control, also those on single parameters."""
    lists = [
        each for mark in marks if mark.name == "parametrize" for each in (*mark.args, *mark.kwargs.values())
    ]
    values = [
        value for each in lists if isinstance(each, list | tuple) for value in each
    ]  # no one-way iterator
    found = [*marks, *(mark for value in values for mark in getattr(value, "marks", ()))]
    return [mark for mark in found if mark.name == "control"]


def _read(marks: Iterable[pytest.Mark | pytest.MarkDecorator], where: str) -> tuple[Exercise, ...]:
    found = tuple(mark.args[0] for mark in marks)
    for exercise in found:
        if not isinstance(exercise, Exercise):
            raise HarnessError("use @control from harness.plugin, not the bare mark", where=where)
    return found
