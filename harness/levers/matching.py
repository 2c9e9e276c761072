"""What of a fault contradicts the rest of it, and whether a wire or a form of callbacks can show it."""

from __future__ import annotations

from functools import cache
from typing import Literal, Protocol

from harness.core.dialects import DialectSpec, callback_form, dialect
from harness.levers.actions import ACTIONS, CALLBACKS, PAYING

_OF_AN_ORDER = ("query", "close", "refund", "refund-query", PAYING, *CALLBACKS)
"""Operations that are about an order that is there."""


class Rule(Protocol):
    """The members of a fault that are judged together."""

    @property
    def operation(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def dialect(self) -> str | None: ...
    @property
    def provider(self) -> str | None: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def probability(self) -> float | None: ...
    @property
    def seed(self) -> int: ...
    @property
    def after_s(self) -> float: ...
    @property
    def for_s(self) -> float | None: ...
    @property
    def clock(self) -> str | None: ...


def default_clock(operation: str) -> Literal["wire", "business"]:
    """Callbacks and payments run on business time, which tests move; a connection on that of the wire."""
    return "business" if operation in (*CALLBACKS, PAYING) else "wire"


def contradiction(rule: Rule) -> str | None:
    """What of a fault makes no sense beside the rest of it; None: nothing."""
    if rule.amount is not None and rule.operation not in _OF_AN_ORDER:
        return (
            f"amount means nothing for operation {rule.operation}: an order has one once it was taken, so "
            f"name one of {', '.join(_OF_AN_ORDER)}"
        )
    if rule.seed and rule.probability is None:
        return "seed means nothing without probability"
    if rule.clock is not None and not (rule.after_s or rule.for_s):
        return "clock means nothing without a window: give after_s or for_s"
    return None if rule.dialect is None else _not_there(rule, dialect(rule.dialect))


def _not_there(rule: Rule, row: DialectSpec) -> str | None:
    if rule.provider not in (None, row.provider):
        return f"dialect {row.id} is none of provider {rule.provider}"
    if rule.operation not in CALLBACKS and not _has_room(rule.action, rule.operation, row):
        lack = "have no body" if rule.operation in row.bodiless else "are files, which nothing signs"
        return f"action {rule.action} cannot show here: answers to {rule.operation} on {row.id} {lack}"
    if not _can_show(rule.action, rule.operation, row):
        sent = "callbacks of" if rule.operation in CALLBACKS else "answers on"
        lack = (
            f"carry no {ACTIONS[rule.action].needs}"
            if ACTIONS[rule.action].needs
            else "never had another form"
        )
        return f"action {rule.action} cannot show here: {sent} {row.id} {lack}"
    return None


@cache
def shows(action: str, operation: str, dialect_id: str | None) -> bool:
    """Whether what a dialect sends says what this action spoils; of an unknown one nothing is spared."""
    return dialect_id is None or _can_show(action, operation, dialect(dialect_id))


def _can_show(action: str, operation: str, row: DialectSpec) -> bool:
    if not _has_room(action, operation, row):
        return False
    if ACTIONS[action].old_form:
        return callback_form(row.callbacks).had_another
    needs = ACTIONS[action].needs
    told = callback_form(row.callbacks).tells if operation in CALLBACKS else row.answers_tell
    return needs is None or needs in told


def _has_room(action: str, operation: str, row: DialectSpec) -> bool:
    """Whether what this action spoils has a place in an answer at all: in no body nothing has."""
    spoilt = ACTIONS[action]
    if operation in row.bodiless:
        return not spoilt.within
    return operation not in row.files or (spoilt.within != "members" and spoilt.needs is None)
