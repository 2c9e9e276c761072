"""Who brings what is missing, from roles.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from harness.core.control import Blame, Model, Text
from harness.verdict import ControlStatus, Missing, Price, Standing, standing_of


class Roles(Model):
    """roles.yaml."""

    roles: dict[str, Text]
    """By key, in the order of a page."""
    prices: dict[Price, str]
    """Who pays a price."""
    papers: dict[str, str]
    """Whose a paper is, by section; of another section the price decides."""
    turns: dict[Blame, str]
    """Who mends what fails, by whose turn it is."""


@cache
def roles() -> Roles:
    """The table, read once."""
    text = Path(__file__).with_name("roles.yaml").read_text("utf-8")
    return TypeAdapter(Roles).validate_python(yaml.safe_load(text))


def role_of(missing: Missing, status: ControlStatus) -> str:
    """The key of the role that brings a missing control."""
    table = roles()
    if missing.price is Price.PAPER:
        return table.papers.get(missing.control[:3], table.prices[Price.PAPER])
    if missing.price is Price.MEND:
        return mender(status)
    return table.prices[missing.price]


def mender(status: ControlStatus) -> str:
    """The key of the role that mends a failing control: whose turn its first failure says it is."""
    table = roles()
    for check in status.checks:
        if standing_of(check) is Standing.FAIL and check.blame is not None:
            return table.turns[check.blame]
    return table.prices[Price.MEND]
