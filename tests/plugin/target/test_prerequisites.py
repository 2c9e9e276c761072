"""What a target lacks for a scenario: said by the scenario, or read off what it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from harness.core.control import Outcome
from harness.plugin.marks import control
from harness.plugin.session.scenario_result import ending_of_setup
from harness.plugin.target.policy import EMBEDDED_POLICY, TargetPolicy
from harness.plugin.target.prerequisites import (
    Prerequisite,
    UnmetPrerequisite,
    needs,
    not_started,
    unmet_prerequisite,
)

REAL = replace(EMBEDDED_POLICY, played=False)
"""A target that nobody plays, which speaks every dialect and is the experience edition."""


class Item:
    """As much of a collected scenario as is asked about."""

    nodeid = "scenarios/x.py::test_x"

    def __init__(
        self, *marks: pytest.MarkDecorator, fixtures: tuple[str, ...] = (), dialect: str = "apiv3"
    ) -> None:
        self._marks = [control("PAY-01", dialects=(dialect,)).mark, *(mark.mark for mark in marks)]
        self.fixturenames = fixtures

    def iter_markers(self, name: str) -> Iterator[pytest.Mark]:
        return iter([mark for mark in self._marks if mark.name == name])


def lack(policy: TargetPolicy, *marks: pytest.MarkDecorator, **details: Any) -> UnmetPrerequisite | None:
    return unmet_prerequisite(Item(*marks, **details), policy)  # type: ignore[arg-type]


PAYS = needs(Prerequisite.PAYER, "scan the code and pay")


def test_a_played_platform_lacks_nothing() -> None:
    assert lack(EMBEDDED_POLICY, PAYS, fixtures=("levers", "profile"), dialect="mcp") is None


def test_a_scenario_that_needs_nothing_starts_anywhere() -> None:
    assert lack(REAL, fixtures=("gateway", "apiv3_gateway", "journal")) is None


@pytest.mark.parametrize(
    ("dialect", "word"), [("envelope", "WECHAT_MCP_DIALECT"), ("alipay-mcp", "in a rehearsal alone")]
)
def test_a_wire_that_is_not_asked_says_why_by_its_own_provider(dialect: str, word: str) -> None:
    found = lack(replace(REAL, dialects=frozenset({"apiv3", "mcp", "alipay"})), dialect=dialect)
    assert found is not None
    assert found.need is Prerequisite.DIALECT
    assert word in found.message


@pytest.mark.parametrize("fixture", ["levers", "profile"])
def test_whoever_stands_on_levers_or_a_merchant_does_not_start(fixture: str) -> None:
    found = lack(REAL, fixtures=("gateway", fixture))
    assert found is not None
    assert (found.need, found.outcome) == (Prerequisite.LEVERS, Outcome.INCONCLUSIVE)
    assert "golive run" in found.message


@pytest.mark.parametrize("need", [Prerequisite.PAYER, Prerequisite.CALLBACK, Prerequisite.MERCHANT])
def test_what_a_person_can_add_is_needs_human_and_says_what_to_do(need: Prerequisite) -> None:
    found = lack(REAL, needs(need, "scan the code and pay"), fixtures=("levers",))
    assert found is not None
    assert found.outcome is Outcome.NEEDS_HUMAN
    assert found.message.endswith("scan the code and pay")


def test_the_edition_is_lacking_only_where_it_is_not_there() -> None:
    mark = needs(Prerequisite.EXPERIENCE, "it judges its limits")
    assert lack(REAL, mark) is None
    found = lack(replace(REAL, experience=False), mark)
    assert found is not None
    assert found.outcome is Outcome.INCONCLUSIVE


def test_an_openid_is_lacking_where_the_settings_name_none() -> None:
    found = lack(REAL, needs(Prerequisite.OPENID, "set it"))
    assert found is not None
    assert "GOLIVE_TEST_OPENID" in found.message


def test_a_dialect_that_is_not_spoken_does_not_apply() -> None:
    policy = replace(REAL, dialects=frozenset({"envelope", "apiv3"}))
    found = lack(policy, PAYS, dialect="mcp")
    assert found is not None
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "envelope and apiv3" in found.message
    assert lack(policy, dialect="envelope") is None


def test_a_simulator_of_the_formal_edition_is_not_held_to_the_limits_of_the_other() -> None:
    formal = replace(EMBEDDED_POLICY, experience=False)
    judges_limits = needs(Prerequisite.EXPERIENCE, "it judges them")
    found = lack(formal, judges_limits)
    assert found is not None
    assert found.outcome is Outcome.INCONCLUSIVE
    assert lack(formal, PAYS) is None
    assert lack(EMBEDDED_POLICY, judges_limits) is None


def test_a_scenario_that_was_not_started_ends_as_its_lack_says_and_blames_nobody() -> None:
    ending = ending_of_setup(not_started(UnmetPrerequisite(Prerequisite.PAYER, "pay: scan the code")))
    assert ending == (Outcome.NEEDS_HUMAN, None, "pay: scan the code")


def test_what_does_not_apply_is_skipped_for_plain_pytest_and_kept_as_such() -> None:
    error = not_started(UnmetPrerequisite(Prerequisite.CAPABILITY, "it has no refunds"))
    assert isinstance(error, pytest.skip.Exception)
    assert ending_of_setup(error) == (Outcome.NOT_APPLICABLE, None, "it has no refunds")
