"""Rules that never hit, because one before them takes every request that they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.core.dialects import dialect
from harness.levers.actions import ACTIONS, CALLBACKS, PAYING
from harness.levers.matching import shows
from harness.levers.models import Fault


def never_hits(rules: Mapping[int, Fault]) -> Iterator[tuple[int, int]]:
    """Each rule that never hits, and the one that takes everything from it, by what they are known by.

    Args:
        rules: in the order in which they stand.
    """
    before: dict[int, Fault] = {}
    for place, rule in rules.items():
        taker = next((earlier for earlier, each in before.items() if _takes_all_of(each, rule)), None)
        if taker is not None:
            yield place, taker
        before[place] = rule


def _takes_all_of(earlier: Fault, later: Fault) -> bool:
    return (
        _certain(earlier)
        and _same_or_any(earlier, later)
        and earlier.provider in (None, later.provider, _provider(later))
        and _shows_wherever(earlier, later)
    )


def _certain(rule: Fault) -> bool:
    """Whether it hits all that it is about, from the first request to the last."""
    always = rule.times == "always" and rule.nth == rule.every == 1
    return always and rule.probability is None and rule.for_s is None and not rule.after_s


def _same_or_any(earlier: Fault, later: Fault) -> bool:
    asked = later.operation not in (*CALLBACKS, PAYING)
    operation = earlier.operation == later.operation or (earlier.operation == "any" and asked)
    narrowed = ("out_trade_no", "dialect", "account", "amount")
    return operation and all(getattr(earlier, name) in (None, getattr(later, name)) for name in narrowed)


def _provider(rule: Fault) -> str | None:
    return None if rule.dialect is None else dialect(rule.dialect).provider


def _shows_wherever(earlier: Fault, later: Fault) -> bool:
    """Whether the earlier spares no wire that the later one meets."""
    first, second = ACTIONS[earlier.action], ACTIONS[later.action]
    everywhere = first.needs is None and not first.within and not first.old_form
    if everywhere or (first.needs, first.within, first.old_form) == (
        second.needs,
        second.within,
        second.old_form,
    ):
        return True
    named = later.dialect is not None and later.operation != "any"
    return named and shows(earlier.action, later.operation, later.dialect)
