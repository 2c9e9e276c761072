"""What pytest prints, and hands to Allure: without the secrets of the run, and nothing that a terminal would
obey."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass, field
from traceback import format_exception
from types import TracebackType

import pytest

from harness.core.plain_text import plain
from harness.evidence.redaction import Redactor


@dataclass(slots=True, eq=False)
class Printout:
    """The pytest plugin that cleans what is printed outside of any scenario's report."""

    redactor: Redactor = field(default_factory=Redactor)
    """Knows the secrets of the settings first, and then all of the run."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: object, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Pytest or a plugin broke: the code that it went through and its words, cleaned, for everybody.

        Arguments and local values, which `--full-trace` and `--showlocals` add, are left out: pytest shortens
        each, and of a secret a half would remain.
        """
        redact_error(excinfo.value, self.redactor)
        shown = excinfo.getrepr(style="native")
        for entry in shown.reprtraceback.reprentries:
            entry.lines = [plain(self.redactor.text("".join(entry.lines)))]
        vars(excrepr).update(vars(shown), chain=[(shown.reprtraceback, None, None)])

    def uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """As `sys.excepthook`: what a plugin raises while pytest closes ends the process."""
        sys.stderr.write(plain(self.redactor.text("".join(format_exception(kind, error, trace)))))

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """A warning may tell what broke in a thread or a finaliser, in the words of that error."""
        if isinstance(warning_message.message, Warning):
            redact_error(warning_message.message, self.redactor)

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Whoever ends pytest from inside may say why."""
        redact_error(excinfo.value, self.redactor)


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
            if isinstance(value, str | list):  # notes are a list
                setattr(each, name, _clean(value, redactor))
        behind += [each.__cause__, each.__context__]
        behind += each.exceptions if isinstance(each, BaseExceptionGroup) else ()


def _clean(part: object, redactor: Redactor) -> object:
    match part:
        case str():
            return plain(redactor.text(part))
        case list():
            return [_clean(each, redactor) for each in part]
        case tuple():
            return tuple(_clean(each, redactor) for each in part)
        case dict():
            return {_clean(name, redactor): _clean(each, redactor) for name, each in part.items()}
        case _:
            return part
