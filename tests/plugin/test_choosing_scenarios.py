"""`--set smoke`: every scenario that needs no browser, and no gate is judged."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from harness.plugin.session.embed import BY_MODULE
from tests.scenarios.warm import run_warm

PROJECT = Path(__file__).parents[2]


@cache
def collected(*arguments: str) -> frozenset[str]:
    """The scenarios that a run with these arguments would drive."""
    listed = run_warm(
        ["pytest", "scenarios", "--collect-only", "-q", *arguments], cwd=PROJECT, environment=os.environ
    )
    listed.check_returncode()
    return frozenset(line for line in listed.stdout.splitlines() if "::" in line)


def test_it_is_every_scenario_but_those_in_a_browser_and_those_on_a_load() -> None:
    full, smoke = collected(), collected("--set=smoke")
    assert full == collected("--set=full")
    assert smoke
    assert {each for each in full - smoke if "chromium" in each or "/performance/" in each} == full - smoke
    assert not {each for each in smoke if "chromium" in each}


def test_a_scenario_has_one_name_whichever_door_was_used() -> None:
    by_the_command = collected(*BY_MODULE, "-W", "ignore::pytest.PytestAssertRewriteWarning")
    assert collected() == by_the_command
