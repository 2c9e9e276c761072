"""What pytest prints of a scenario, and hands to Allure, without the secrets of the run."""

from __future__ import annotations

import pytest

from harness.evidence.redaction import Redactor


def redact(report: pytest.TestReport, redactor: Redactor) -> None:
    """Take known secrets out of a report's traceback and captured output; one without any stays as it is."""
    report.sections = [(title, redactor.text(content)) for title, content in report.sections]
    if isinstance(report.longrepr, tuple):  # place and reason of a skip: two words of our own
        return
    shown = report.longreprtext
    clean = redactor.text(shown)
    if clean != shown:
        report.longrepr = clean


def redact_error(error: BaseException, redactor: Redactor) -> None:
    """Take known secrets out of the words of an error: Allure asks the error itself for its message."""
    error.args = tuple(redactor.text(each) if isinstance(each, str) else each for each in error.args)
