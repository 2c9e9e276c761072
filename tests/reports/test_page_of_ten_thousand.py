"""A page of ten thousand results, told at length, with pictures and papers, stays within six megabytes."""

from __future__ import annotations

import json
import random
import re
from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Artifact, Check, Outcome, Text
from harness.evidence import RunRecord
from reports.build import PAGE, build
from reports.checklist import load
from reports.page.chapters import MOST_CHECKS, MOST_ROWS, most_checks
from tests.reports.sample_messages import deliver
from tests.reports.sample_run import START, check, sample_run

MANY = 10_000
LARGEST = 6_000_000
OUTCOMES = (Outcome.PASS, Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.WARN)


def crowd(runs: Path, name: str = "crowd", *, letters: int = 900, pictures: int = 60) -> RunRecord:
    """A finished run of ten thousand checks in every control, many of which failed and say so at length."""
    record = sample_run(runs, name, finished=False)
    controls = sorted(load().exercised)
    noise = random.Random(7)  # noqa: S311 - pixels, not keys
    for number in range(MANY):
        record.append(_nth(number, controls[number % len(controls)], letters))
    for number in range(pictures):
        path = record.add_artifact(f"{number}.png", b"\x89PNG" + noise.randbytes(90_000))
        picture = Artifact(path=path, kind="screenshot", title=Text(zh="图", en="picture"))
        record.append(check("PAY-02", scenario=f"test_seen[{number}]", artifacts=(picture,)))
        deliver(record, f"scenarios/x.py::test_case[{number:05}]", "x" * 9000)
    record.finish(ended=START + timedelta(hours=1), interrupted=False)
    return RunRecord.open(record.folder)


def _nth(number: int, control: str, letters: int) -> Check:
    moment = START + timedelta(seconds=number / 10)
    outcome = OUTCOMES[number % len(OUTCOMES)]
    said = (
        ""
        if outcome is Outcome.PASS
        else f"order {number} was credited twice: {'差一分钱 ' * (letters // 5)}"
    )
    name = f"scenarios/x.py::test_case[{number:05}]"
    return check(control, scenario=name, started=moment, outcome=outcome, message=said)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """Such a run, with its page."""
    record = crowd(tmp_path_factory.mktemp("crowd") / "runs")
    build(record.folder)
    return record


def test_the_page_is_no_bigger_than_six_megabytes(crowded: RunRecord) -> None:
    assert (crowded.folder / PAGE).stat().st_size <= LARGEST


def test_the_same_record_and_moment_give_the_same_bytes(crowded: RunRecord) -> None:
    before = (crowded.folder / PAGE).read_bytes()
    build(crowded.folder)
    assert (crowded.folder / PAGE).read_bytes() == before


def test_what_has_no_room_is_named_with_its_place(crowded: RunRecord) -> None:
    page = (crowded.folder / PAGE).read_text("utf-8")
    assert "No room for it on this page; in the record it is" in page
    assert "<code>artifacts/59.png</code>" in page
    assert "more checks are not listed here; report.json has every one" in page
    controls = json.loads((crowded.folder / "report.json").read_bytes())["controls"]
    assert sum(len(each["checks"]) for each in controls) == len(crowded.checks)


def test_every_failure_is_listed_before_what_passed(crowded: RunRecord) -> None:
    page = (crowded.folder / PAGE).read_text("utf-8")
    table = page[page.index('id="CBK-11"') :].partition("<tbody>")[2].partition("</tbody>")[0]
    listed = ["✕✓".find(sign) for sign in re.findall(r'aria-hidden="true">(.)</span>', table)]
    assert 2 < len(listed) < MOST_CHECKS
    assert listed[0] == 0
    assert 0 not in listed[listed.count(0) :]


@pytest.mark.parametrize("counts", [(), (0, 3), (5_000,), (100,) * 131, (1,) * 5_000])
def test_rows_are_shared_so_that_all_controls_have_some(counts: tuple[int, ...]) -> None:
    most = most_checks(counts)
    assert 1 <= most <= MOST_CHECKS
    assert most == 1 or sum(min(count, most) for count in counts) <= MOST_ROWS
