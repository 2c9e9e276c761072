"""What pytest prints of a scenario, and hands to Allure: without the secrets of the run, and nothing that a
terminal would obey."""

from __future__ import annotations

import pytest

from harness.core.plain_text import plain
from harness.evidence.redaction import Redactor


def redact(report: pytest.TestReport, redactor: Redactor) -> None:
    """Clean a report's traceback and captured output; one that has nothing to hide stays as it is."""
    report.sections = [(title, plain(redactor.text(content))) for title, content in report.sections]
    if isinstance(report.longrepr, tuple):  # place and reason of a skip: two words of our own
        return
    shown = report.longreprtext
    clean = plain(redactor.text(shown))
    if clean != shown:
        report.longrepr = clean


def redact_error(error: BaseException, redactor: Redactor) -> None:
    """Clean the words of an error and of those behind it: whoever is told of it asks the error itself.

    Done before anybody is, for a message that is shortened first keeps half a secret.
    """
    behind: list[BaseException | None] = [error]
    seen: set[int] = set()
    while behind:
        each = behind.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.args = tuple(_clean(part, redactor) for part in each.args)
        for name, value in vars(each).items():
            if isinstance(value, str):
                setattr(each, name, _clean(value, redactor))
        behind += [each.__cause__, each.__context__]
        behind += each.exceptions if isinstance(each, BaseExceptionGroup) else ()


def _clean(part: object, redactor: Redactor) -> object:
    return plain(redactor.text(part)) if isinstance(part, str) else part
