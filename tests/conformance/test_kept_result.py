"""The kept result of the conformance suite is what its files say, and stale lines fail."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conformance.expected import REVISIONS, lines
from tests.conformance.pages import PAGES, kept, page
from tests.conformance.suite import PROVIDERS, read

GONE, PASSES, FAILS = "old:check", "tools-list:tools-list", "ping:ping"


def said(*known: str, passed: int = 3, more: str = "") -> str:
    failed = "\n".join(f"  ~ {each}" for each in known)
    return f"noise\n=== SUMMARY ===\n\nTotal: {passed} passed, 1 failed\n\nExpected:\n{failed}\n{more}"


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
        assert [line for line, times in Counter(lines(revision)).items() if times > 1] == []


def test_what_fails_as_expected_conforms() -> None:
    result = read("wechat", REVISIONS[0], 0, said(FAILS), "", [FAILS])
    assert (result.conforms, result.passed, result.known) == (True, 3, 1)


def test_a_line_that_no_check_answers_to_is_stale_although_the_suite_says_nothing_of_it() -> None:
    result = read("wechat", REVISIONS[0], 0, said(FAILS), "", [FAILS, GONE])
    assert (result.conforms, result.stale) == (False, (GONE,))


def test_a_line_that_passes_by_now_is_stale() -> None:
    result = read("wechat", REVISIONS[0], 1, said(FAILS, more=f"Stale\n  ✓ {PASSES}\n"), "", [FAILS, PASSES])
    assert (result.conforms, result.stale) == (False, (PASSES,))
    assert PASSES in result.told


@pytest.mark.parametrize("told", [said(FAILS, more="  ✗ a:b"), "no such option", said(FAILS, passed=0)])
def test_what_the_suite_refuses_or_never_asked_does_not_conform(told: str) -> None:
    assert not read("wechat", REVISIONS[0], 0 if "Total: 0" in told else 1, told, "error", [FAILS]).conforms
