"""The order of the suite's files: the longest begin first, so that none is left to one process at the end.

Given out by file (`--dist loadfile`), they are begun in this order by whichever process is free; `make test`
asks xdist not to put those with the most tests first, which are not the longest.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

__all__ = ["LONGEST", "longest_first"]

LONGEST = (
    "scenarios/test_a_whole_rehearsal.py",
    "plugin/test_options_of_others.py",
    "scenarios/test_the_lock_of_scenarios.py",
    "scenarios/test_an_optimised_python.py",
    "scenarios/test_attended_payments.py",
    "scenarios/test_bad_input.py",
    "load/test_a_load_that_is_told_to_end.py",
    "plugin/test_in_another_repository.py",
    "load/test_a_load_run.py",
    "plugin/session/test_broken_plugin.py",
    "shop/test_defects_of_orders.py",
    "shop/test_defects_of_callbacks.py",
    "shop/test_defects_of_outages.py",
    "hostile/test_hostile_merchants.py",
    "scenarios/test_real_target.py",
    "scenarios/test_attacks_count.py",
    "scenarios/test_an_app_that_stays_up.py",
    "mutants/test_defects_for_real.py",
    "week/test_a_scripted_week.py",  # waits for the rehearsal that the first of these makes
)
"""Files below `tests` that start many processes or wait for long ones, the longest first."""


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The same tests, those of the longest files first, as the list has them; the others as they stood."""
    turns = {name: turn for turn, name in enumerate(LONGEST)}

    def turn(item: pytest.Item) -> int:
        file = item.nodeid.partition("::")[0].removeprefix("tests/")
        return turns.get(file, len(turns))

    return sorted(items, key=turn)
