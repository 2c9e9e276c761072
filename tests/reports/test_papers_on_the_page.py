"""Papers of people on the page: who signed what, until when, and what counts for nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Text
from harness.evidence import RunRecord
from reports.build import PAGE, build
from reports.people import Kind, PaperEntry, Papers, Refused
from tests.reports.sample_papers import entry
from tests.reports.sample_run import START, sample_run

NASTY = "</td><script>alert(1)</script>{{ 7*7 }}"


def page_of(runs: Path, *entries: PaperEntry, refused: tuple[Refused, ...] = ()) -> str:
    record = sample_run(runs, finished=False)
    papers = Papers(taken=START, lines=len(entries), entries=entries, refused=refused)
    record.snapshot("papers", papers.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    record.finish(ended=START + timedelta(hours=1), interrupted=False)
    build(record.folder)
    return (record.folder / PAGE).read_text("utf-8")


def table(page: str) -> str:
    return page[page.index('id="papers"') :].partition("</section>")[0]


def test_a_paper_says_who_signed_it_its_digest_and_until_when(runs: Path) -> None:
    page = page_of(runs, entry(1))
    told = table(page)
    assert "release manager" in told
    assert "abababababababab…" in told
    assert "2027-09-19" in told
    assert re.search(r"Signed by</span></dt><dd><span[^>]*>release manager<", page)


def test_a_paper_that_wants_a_second_person_waits_for_one(runs: Path) -> None:
    page = page_of(runs, entry(1, control="OPS-02"))
    assert "another person has to approve it" in table(page)
    assert ">nobody yet<" in page
    assert "golive approve OPS-02" in page


def test_whoever_approves_is_named(runs: Path) -> None:
    approval = entry(
        2,
        Kind.APPROVAL,
        "OPS-02",
        author="head of operations",
        person="head of operations",
        about=f"{1:064x}",
    )
    page = page_of(runs, entry(1, control="OPS-02"), approval)
    assert "approved by </span>head of operations" in table(page)
    assert ">release manager, head of operations<" in page


@pytest.mark.parametrize(
    ("days", "standing"), [(20, "in force"), (3, "expires within a week"), (-1, "expired")]
)
def test_a_waiver_says_whether_it_holds_and_why_it_was_given(runs: Path, days: int, standing: str) -> None:
    waiver = entry(1, Kind.WAIVER, "CBK-17", valid_until=START + timedelta(days=days))
    told = table(page_of(runs, waiver))
    assert f'lang="en">{standing}</span>' in told
    assert "until the next release" in told


def test_what_was_withdrawn_is_gone_and_what_counts_for_nothing_is_told(runs: Path) -> None:
    refused = Refused(
        number=7, kind="attestation", control="APP-02", author="x", why=Text(zh="坏", en="bad key")
    )
    gone = entry(1, control="APP-03", ended=START)
    told = table(page_of(runs, gone, refused=(refused,)))
    assert "APP-03" not in told
    assert "bad key" in told


def test_texts_of_papers_stay_text(runs: Path) -> None:
    nasty = entry(1, Kind.WAIVER, "CBK-17", author=NASTY, person=NASTY, reason=NASTY)
    page = page_of(runs, entry(2, author=NASTY, person=NASTY), nasty)
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page


def test_very_many_papers_are_counted_and_not_all_listed(runs: Path) -> None:
    page = page_of(runs, *(entry(number) for number in range(1, 1001)))
    assert table(page).count("<tr>") <= 202
    assert "800 more are in the record" in page


def test_a_record_without_papers_has_no_such_section(rehearsed: RunRecord) -> None:
    build(rehearsed.folder)
    page = (rehearsed.folder / PAGE).read_text("utf-8")
    assert 'id="papers"' not in page
    assert ">nobody yet<" in page


def test_a_paper_runs_out_when_it_says_and_not_after_two_weeks(runs: Path) -> None:
    page = page_of(runs, entry(1, valid_until=START + timedelta(days=3)))
    assert "2026-11-26 10:00" in page
