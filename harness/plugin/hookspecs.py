"""The hook that whoever shows or exports results implements; checks flow one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every pytest of an environment loads this file
    from harness.core.control import Check


def pytest_golive_checked(checks: tuple[Check, ...]) -> None:
    """One scenario was judged; `checks` holds one record for each control it exercises."""


def pytest_golive_interrupted() -> None:
    """The user interrupts the run, and what was under way is still coming to its end."""
