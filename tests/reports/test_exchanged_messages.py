"""What was exchanged in a check that failed stands on the page, with the exact text to sign."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from pathlib import Path

import pytest

from harness.core.control import Outcome
from harness.evidence import RunRecord
from harness.evidence.recorder import EXCHANGES
from reports.build import PAGE, build
from tests.reports.sample_messages import deliver
from tests.reports.sample_run import START, check, sample_run

FAILED = "scenarios/cbk/test_cbk.py::test_twice[mcp]"
PASSED = "scenarios/cbk/test_cbk.py::test_once[mcp]"


def begun(runs: Path, outcome: Outcome = Outcome.FAIL) -> RunRecord:
    """A record that goes on, in which one check of CBK-11 failed and one passed."""
    record = sample_run(runs, finished=False)
    record.append(check("CBK-11", scenario=FAILED, outcome=outcome, message="it was credited twice"))
    record.append(check("CBK-11", scenario=PASSED))
    return record


def page_of(record: RunRecord) -> str:
    record.finish(ended=START + timedelta(hours=1), interrupted=False)
    build(record.folder)
    return (record.folder / PAGE).read_text("utf-8")


def row(page: str, control: str = "CBK-11") -> str:
    """The page's part about one control."""
    return page[page.index(f'id="{control}"') :].partition("<!-- film -->")[0].partition('id="CBK-12"')[0]


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.WARN, Outcome.INCONCLUSIVE])
def test_a_check_that_did_not_simply_pass_shows_its_messages(runs: Path, outcome: Outcome) -> None:
    record = begun(runs, outcome)
    deliver(record, FAILED, '{"id":"of the failed"}')
    deliver(record, PASSED, '{"id":"of the passed"}')
    deliver(record, None, '{"id":"of nobody"}')
    told = row(page_of(record))
    assert escape('{"id":"of the failed"}') in told.replace("&#34;", "&quot;")
    assert "of the passed" not in told
    assert "of nobody" not in told


def test_the_text_to_sign_stands_there_whole(runs: Path) -> None:
    record = begun(runs)
    deliver(record, FAILED, '{"id":"7"}')
    told = row(page_of(record)).replace("&#34;", '"')
    assert '1796004777\n8D2109D2\n{"id":"7"}\n</pre>' in told
    assert "What the request signs" in told
    assert "请求的待签名串" in told


def test_of_very_many_messages_the_last_are_shown_and_the_rest_is_told(runs: Path) -> None:
    record = begun(runs)
    for number in range(1000):
        deliver(record, FAILED, f"body number {number}.")
    told = row(page_of(record))
    assert "body number 999." in told
    assert "body number 990." not in told
    assert "997 others are not shown; the record has them in artifacts/exchanges.ndjson" in told


def test_a_signed_message_is_shown_however_often_the_app_was_asked_afterwards(runs: Path) -> None:
    record = begun(runs)
    deliver(record, FAILED, "the forged callback")
    for number in range(30):
        deliver(record, FAILED, f"asked {number}.", operation="look", signed_request="")
    told = row(page_of(record))
    assert told.index("the forged callback") < told.index("asked 29.")
    assert "asked 3." not in told


def test_messages_of_any_length_and_number_leave_the_page_small(runs: Path) -> None:
    record = sample_run(runs, finished=False)
    for number, control in enumerate(sorted({each.control for each in record.checks})):
        for part in range(4):
            name = f"scenarios/test_x.py::test_{number}[{part}]"
            record.append(check(control, scenario=name, outcome=Outcome.FAIL, message="no"))
            for _ in range(3):
                deliver(record, name, "<&'\"> " * 8000)
    assert len(page_of(record).encode()) < 4_000_000


def test_a_record_without_texts_to_sign_shows_its_messages_without(runs: Path) -> None:
    record = begun(runs)
    deliver(record, FAILED, "as older records have it", signed_request="")
    told = row(page_of(record))
    assert "as older records have it" in told
    assert "What the request signs" not in told


NASTY = '</pre></details><script>alert(1)</script><img src=x onerror="alert(1)">{{ 7*7 }}<!-- film -->'


def test_hostile_messages_stay_text(runs: Path) -> None:
    record = begun(runs)
    deliver(
        record,
        FAILED,
        NASTY,
        url=f"http://127.0.0.1/{NASTY}",
        request_headers={NASTY: NASTY},
        response_body=NASTY,
        signed_request=NASTY,
        operation=NASTY,
        dialect=NASTY,
        error=NASTY,
    )
    page = page_of(record)
    assert NASTY in row(page).replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<!-- film" not in page


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        '{"check":',
        '{"check":1,"dialect":"x"}',
        '{"check":"' + FAILED + '","dialect":"x"}',
        "\x00",
    ],
)
def test_a_line_that_is_no_exchange_is_passed_over(runs: Path, line: str) -> None:
    record = begun(runs)
    deliver(record, FAILED, "sound before")
    with (record.folder / EXCHANGES).open("a") as stream:
        stream.write(line + "\n")
    assert "sound before" in row(page_of(record))


def test_exchanges_that_are_a_link_out_of_the_record_are_not_read(runs: Path) -> None:
    record = begun(runs)
    deliver(record, FAILED, "somebody else's")
    (record.folder / EXCHANGES).rename(runs / "elsewhere.ndjson")
    (record.folder / EXCHANGES).symlink_to(runs / "elsewhere.ndjson")
    assert "somebody else" not in page_of(record)
