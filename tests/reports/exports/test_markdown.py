"""Markdown for a pull request: the verdict first, what is missing with its command, and no word that acts."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Check, Outcome
from harness.evidence import RunRecord
from reports.export import reviewed
from reports.exports.markdown import LONGEST, markdown
from reports.exports.markdown_text import code, words
from reports.exports.review import Review
from tests.reports.exports.conftest import HOSTILE
from tests.reports.sample_run import START, outcomes, sample_run

SUMMARY_LIMIT = 1024 * 1024
"""Bytes of a job's summary on GitHub."""
COMMENT_LIMIT = 65_536
"""Characters of a comment there."""


def test_the_verdict_stands_first(review: Review) -> None:
    assert markdown(review, "zh").splitlines()[0] == "## GoLive · 可以上线、收取真实货款吗？ ❌ **不可以**"
    assert (
        markdown(review, "en").splitlines()[0] == "## GoLive · May we go live and take real money? ❌ **No**"
    )


def test_what_is_missing_stands_with_who_and_the_command(review: Review) -> None:
    lines = markdown(review, "en").splitlines()
    (mend,) = [
        line for line in lines if "The app's developers" in line.replace("\\", "") and "CBK-11" in line
    ]
    assert "`mend it first: golive explain ID`" in mend
    assert any("`golive run --target experience" in line for line in lines)
    assert any(
        line.startswith("| CBK-11 ") and "`mend it first: golive explain CBK-11`" in line for line in lines
    )


def test_what_failed_says_why(review: Review) -> None:
    (line,) = [line for line in markdown(review, "en").splitlines() if line.startswith("| **CBK-11**")]
    assert line.endswith("| fatal | ✕ fail | `it was credited twice` |")


def test_details_fold_and_tables_are_whole(hostile: RunRecord) -> None:
    text = markdown(reviewed(hostile.folder), "zh")
    assert text.count("<details>") == text.count("</details>") == text.count("<summary>") == 2
    columns = 0
    for line in text.splitlines():
        bars = len(re.findall(r"(?<!\\)\|", line))
        columns = bars if line.startswith("|") and not columns else columns
        if line.startswith("|"):
            assert bars == columns, line
        else:
            columns = 0


def test_nothing_that_others_wrote_acts(hostile: RunRecord) -> None:
    text = markdown(reviewed(hostile.folder), "zh")
    outside = re.sub(r"(`+) ?.*? ?\1(?!`)", "", text)
    assert set(re.findall(r"<[^>]*>", outside)) == {"<details>", "</details>", "<summary>", "</summary>"}
    assert not re.search(r"(?<!\\)@\w|https?://|www\.", outside)
    assert not re.search(r"^::|^##\[", text, re.MULTILINE)


@pytest.mark.parametrize("said", HOSTILE)
def test_code_is_one_span_whatever_it_holds(said: str) -> None:
    shown = code(said)
    fence = re.match("`+", shown)
    assert fence is not None
    inner = shown[len(fence[0]) : -len(fence[0])]
    assert shown.endswith(fence[0])
    assert fence[0] not in re.findall("`+", inner)
    assert "\n" not in shown
    assert "|" not in shown
    assert len(shown) < 400


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("<b>", "\\<b\\>"),
        ("@team", "\\@\u2060team"),
        ("#12", "\\#\u206012"),
        ("*a* _b_ `c`", "\\*a\\* \\_b\\_ \\`c\\`"),
        ("a|b", "a¦b"),
        ("1. list", "&#49;. list"),
        ("- list", "\\- list"),
        ("CBK-11: 10:30", "CBK-11: 10:30"),
        ("www.x.example", "www\u2060.x.example"),
        ("a\nb", "a b"),
    ],
)
def test_words_are_words(said: str, shown: str) -> None:
    assert words(said) == shown


def test_what_changed_is_told_where_history_is_known(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    sample_run(runs, "run-1", change=outcomes({"CBK-11": Outcome.FAIL}))
    later = sample_run(
        runs, "run-2", start=START + timedelta(hours=2), change=outcomes({"QRY-02": Outcome.FAIL})
    )
    text = markdown(reviewed(later.folder), "en")
    told = [line for line in text.splitlines() if line.startswith("- **")]
    assert [re.sub(r"\*\* .* · ", "** ", line) for line in told] == [
        "- **QRY-02** before: pass, now: fail",
        "- **CBK-11** before: fail, now: pass",
    ]


def test_without_history_nothing_is_said_of_changes(review: Review) -> None:
    assert "Changed" not in markdown(review, "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_fits_a_comment_and_a_summary(hostile: RunRecord, language: str) -> None:
    text = markdown(reviewed(hostile.folder), language)  # type: ignore[arg-type]
    assert len(text) <= LONGEST < COMMENT_LIMIT
    assert len(text.encode()) < SUMMARY_LIMIT


def test_what_does_not_fit_is_left_out_whole_and_said(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = markdown(review, "en")
    for most in range(400, len(whole), 997):
        monkeypatch.setattr("reports.exports.markdown.LONGEST", most)
        text = markdown(review, "en")
        assert len(text) <= most
        assert text.count("<details>") == text.count("</details>")
        assert "The rest is left out" in text
        assert text.startswith("## GoLive")


def test_a_narrowed_run_says_that_it_judges_nothing(tmp_path: Path) -> None:
    text = markdown(reviewed(sample_run(tmp_path / "runs", selection=True).folder), "en")
    assert "This run was narrowed, so it judges no gate" in text


def test_a_narrowed_run_still_says_who_mends_what_it_found(tmp_path: Path) -> None:
    change = outcomes({"CBK-11": Outcome.FAIL, "QRY-02": Outcome.INCONCLUSIVE})
    review = reviewed(sample_run(tmp_path / "runs", selection=True, change=change).folder)
    assert [(gap.control.id, gap.who.en) for gap in review.gaps] == [
        ("CBK-11", "The app's developers"),
        ("QRY-02", "QA"),
    ]
    assert "golive explain CBK-11" in markdown(review, "en")


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.WAIVED])
def test_a_narrowed_run_is_told_however_its_only_control_ended(tmp_path: Path, outcome: Outcome) -> None:
    def only(check: Check) -> Check | None:
        return change(check) if check.control == "CBK-11" else None

    change = outcomes({"CBK-11": outcome})
    text = markdown(reviewed(sample_run(tmp_path / "runs", selection=True, change=only).folder), "en")
    assert ("CBK-11" in text) is (outcome not in (Outcome.PASS, Outcome.WARN))
