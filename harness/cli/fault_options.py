"""The options that make a simulated platform go wrong by rules of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from harness.core.errors import UsageError
from harness.simulator.faults.named_outages import outage
from harness.simulator.faults.rule_file import MOST, RuleSet, read_rules, spoken_rule

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
        UsageError: an outage or a rule is unknown, or they are too many.
        ConfigurationError: a file cannot be read, or contradicts itself.
    """
    sets = [*map(outage, outages), *map(read_rules, faults)]
    if fault:
        sets.append(RuleSet("--fault", tuple(map(spoken_rule, fault))))
    if sum(len(each.rules) for each in sets) > MOST:
        raise UsageError(
            f"more than {MOST} rules would stand at once", where="--faults", remedy="leave some of them away"
        )
    return tuple(sets)
