"""What is kept of one file of results."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from harness.core.control import Model
from harness.core.plain_text import PlainText


class Phase(StrEnum):
    """Which of the plan's tests they are (P§3)."""

    UNIT = "unit"
    INTEGRATION = "integration"
    END_TO_END = "end-to-end"


class OwnTests(Model):
    """The results of one run of the merchant's own tests."""

    schema_: Annotated[int, Field(alias="schema")] = 1
    phase: Phase
    form: str
    """`junit`, `playwright` or `allure`."""
    source: PlainText
    """What the file was called."""
    sha256: str
    """Of the file, or of all files of a folder."""
    ran: AwareDatetime
    """When the tests ended, as the file says, else when it was written."""
    passed: int
    failed: tuple[PlainText, ...] = ()
    """Names of those that failed or broke, at most 50."""
    skipped: tuple[PlainText, ...] = ()
    """Names of those that did not run, whatever the file calls that, at most 50."""
    lucky: tuple[PlainText, ...] = ()
    """Names of those that passed at a second try, or because they were expected to fail; at most 50."""
    failed_count: int = 0
    skipped_count: int = 0
