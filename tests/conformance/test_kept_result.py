"""The kept result of the conformance suite is what its files say, and stale lines fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from harness.core.errors import ConfigurationError
from tests.conformance.expected import REVISIONS, groups, lines
from tests.conformance.pages import PAGES, kept, page
from tests.conformance.suite import PROVIDERS, Result, read

GONE, PASSES, FAILS = "old:check", "tools-list:tools-list", "ping:ping"


def said(*known: str, passed: int = 3, more: str = "") -> str:
    failed = "\n".join(f"  ~ {each}" for each in known)
    scenarios = (
        f"✗ ping: {passed} passed, 1 failed\n✗ tasks: 5 passed, 2 failed\n✓ polling: 1 passed, 0 failed\n"
    )
    total = f"Total: {passed + 6} passed, 3 failed"
    return f"noise\n=== SUMMARY ===\n{scenarios}\n{total}\n\nExpected:\n{failed}\n{more}"


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_what_the_results_and_the_file_say(language: str) -> None:
    assert PAGES[language].read_text("utf-8") == page(kept(), language)


def test_every_endpoint_and_revision_has_its_row_with_its_lines() -> None:
    wanted = [(provider, revision) for provider in PROVIDERS for revision in REVISIONS]
    assert [(each.provider, each.revision) for each in kept()] == wanted
    assert [each.known for each in kept()] == [len(lines(each.revision)) for each in kept()]
    assert all(each.conforms for each in kept())


def test_no_line_is_there_twice() -> None:
    for revision in REVISIONS:
        every = [*lines(revision), *lines(revision, scored=False)]
        assert [line for line, times in Counter(every).items() if times > 1] == []


def seen(code: int, told: str, expected: list[str], unscored: Sequence[str] = ("tasks",)) -> Result:
    scenarios = ("tasks", "polling")
    return read("wechat", REVISIONS[0], code, told, "", expected, beyond=scenarios, unscored=unscored)


def test_what_fails_as_expected_conforms() -> None:
    result = seen(0, said(FAILS), [FAILS])
    assert (result.conforms, result.passed, result.known) == (True, 3, 1)
    assert result.beyond == (6, 2)


def test_what_is_not_scored_and_fails_is_named() -> None:
    assert seen(0, said(FAILS), [FAILS], ()).untold == ("tasks",)
    assert not seen(0, said(FAILS), [FAILS], ()).conforms


def test_a_line_of_what_is_not_scored_can_be_stale_too() -> None:
    result = seen(0, said(FAILS), [FAILS], ("tasks", "polling", "gone"))
    assert (result.conforms, result.stale) == (False, ("polling", "gone"))


@pytest.mark.parametrize("revision", ['"2025-11-52"', "2025-11-25", "2025-06-18", "lines"])
def test_lines_of_no_revision_that_is_asked_are_refused(revision: str) -> None:
    with pytest.raises(ConfigurationError, match="no revision that is asked"):
        groups(f"- reason: {{zh: 无, en: none}}\n  {revision}: [old:check]\n")


def test_a_line_that_no_check_answers_to_is_stale_although_the_suite_says_nothing_of_it() -> None:
    result = seen(0, said(FAILS), [FAILS, GONE])
    assert (result.conforms, result.stale) == (False, (GONE,))


def test_a_line_that_passes_by_now_is_stale() -> None:
    result = seen(1, said(FAILS, more=f"Stale\n  ✓ {PASSES}\n"), [FAILS, PASSES])
    assert (result.conforms, result.stale) == (False, (PASSES,))
    assert PASSES in result.told


@pytest.mark.parametrize("told", [said(FAILS, more="  ✗ a:b"), "no such option", said(FAILS, passed=0)])
def test_what_the_suite_refuses_or_never_asked_does_not_conform(told: str) -> None:
    assert not seen(0 if "ping: 0" in told else 1, told, [FAILS]).conforms
