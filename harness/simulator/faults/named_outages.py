"""The outages that have a name: files of rules that come with this product."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError
from harness.simulator.faults.rule_file import RuleSet, read_rules

_FOLDER = Path(__file__).with_name("outages")


@cache
def outages() -> dict[str, Path]:
    """Their files by name, in the order of the alphabet."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.yaml"))}


def outage_file(name: str) -> Path:
    """The file of one.

    Raises:
        UsageError: there is none of that name.
    """
    known = outages()
    if name not in known:
        raise UsageError(
            f"there is no outage {name}: {did_you_mean(name, known)}",
            where="--outage",
            remedy="`golive outages` lists them",
        )
    return known[name]


def outage(name: str) -> RuleSet:
    """The rules of one, told by its name.

    Raises:
        UsageError: there is none of that name.
    """
    found = read_rules(outage_file(name))
    return RuleSet(f"outage {name}", found.rules, found.name, found.about)
