"""The options that make a simulated platform go wrong by rules of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from harness.core.errors import UsageError
from harness.simulator.faults.named_outages import outage
from harness.simulator.faults.rule_file import MOST, RuleSet, read_rules, spoken_rule
from harness.simulator.faults.shadowed import never_hits

_Command = TypeVar("_Command", bound=Callable[..., object])
_OPTIONS = (
    click.option(
        "--faults",
        multiple=True,
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Go wrong by a file of rules. Repeatable.",
    ),
    click.option(
        "--fault",
        multiple=True,
        metavar="RULE",
        help="One rule, e.g. operation=query action=reset",
    ),
    click.option(
        "--outage",
        multiple=True,
        metavar="NAME",
        help="One of `golive outages`. Repeatable.",
    ),
)


def fault_options(command: _Command) -> _Command:
    """Adds them, in this order."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def asked_rules(faults: Sequence[Path], fault: Sequence[str], outages: Sequence[str]) -> tuple[RuleSet, ...]:
    """What was asked for, outages first.

    Raises:
        UsageError: an outage or a rule is unknown, never hits, or they are too many.
        ConfigurationError: a file cannot be read, or contradicts itself.
    """
    sets = [*map(outage, outages), *map(read_rules, faults)]
    if fault:
        sets.append(RuleSet("--fault", tuple(map(spoken_rule, fault))))
    if sum(len(each.rules) for each in sets) > MOST:
        raise UsageError(
            f"more than {MOST} rules would stand at once", where="--faults", remedy="leave some of them away"
        )
    _none_in_vain(sets, own=len(outages))
    return tuple(sets)


def _none_in_vain(sets: Sequence[RuleSet], *, own: int) -> None:
    """Refuse a rule of one's own that another option's takes everything from; outages may overlap.

    Args:
        own: from which set on they are one's own.
    """
    every = [(number, each.source, rule) for number, each in enumerate(sets) for rule in each.rules]
    for later, before in never_hits({place: rule for place, (_, _, rule) in enumerate(every)}):
        number, source, rule = every[later]
        _, taker_source, taker = every[before]
        if number >= own and (taker.action, taker.value) != (rule.action, rule.value):
            raise UsageError(
                f"{source}: {rule} never hits: {taker_source}: {taker} takes all that it is about",
                where="--fault",
                remedy="leave one away, or narrow the first: outages come first, then files, then rules",
            )
