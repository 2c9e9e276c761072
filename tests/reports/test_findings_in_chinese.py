"""The page of a failing run tells its findings in Chinese, and keeps the English beside it."""

from __future__ import annotations

import json
from pathlib import Path

from harness.core.control import Blame, Check, Outcome, Step
from reports.build import PAGE, build
from tests.reports.sample_run import sample_run

TOLD = 'the money goes to <b>{payee}</b> & "others"'
ZH = "收款方是 &lt;b&gt;{payee}&lt;/b&gt; &amp; &#34;others&#34;"
EN = "the money goes to &lt;b&gt;{payee}&lt;/b&gt; &amp; &#34;others&#34;"


def failing(control: str, message: str, folder: Path) -> Path:
    """The folder of a run in which one control failed with these words."""

    def change(plain: Check) -> Check:
        said = {"outcome": Outcome.FAIL, "blame": Blame.MERCHANT, "message": message}
        return Check.model_validate(dict(plain) | said) if plain.control == control else plain

    record = sample_run(folder, change=change)
    build(record.folder)
    return record.folder


def test_a_finding_stands_in_both_languages_and_escaped(tmp_path: Path) -> None:
    page = (failing("EXP-04", TOLD, tmp_path) / PAGE).read_text("utf-8")
    shown = f'<span class="t" lang="zh" title="{EN}">{ZH}</span><span class="t" lang="en">{EN}</span>'
    assert page.count(shown) >= 3  # at the head, in the control's line, beside its check
    assert "<b>{payee}" not in page


def test_a_finding_that_nobody_translated_is_shown_as_it_is(tmp_path: Path) -> None:
    page = (failing("EXP-04", "in words of its own", tmp_path) / PAGE).read_text("utf-8")
    assert "<dd>in words of its own</dd>" in page


def test_a_long_finding_is_cut_in_both_languages(tmp_path: Path) -> None:
    page = (failing("EXP-04", f"the money goes to {'x' * 900}", tmp_path) / PAGE).read_text("utf-8")
    assert f"收款方是 {'x' * 274}…</span>" in page
    assert f"the money goes to {'x' * 261}…</span>" in page


def test_what_programs_read_keeps_the_english(tmp_path: Path) -> None:
    report = json.loads((failing("EXP-04", TOLD, tmp_path) / "report.json").read_bytes())
    assert {each["message"] for each in report["controls"] if each["id"] == "EXP-04"} == {TOLD}


def test_the_steps_of_the_slowest_checks_are_told_in_both_languages(tmp_path: Path) -> None:
    step = Step(name="the payer pays after all", offset_s=0.0, duration_s=90.0)

    def change(plain: Check) -> Check:
        return plain.model_copy(update={"steps": (step,), "duration_s": 90.0})

    record = sample_run(tmp_path, change=change)
    build(record.folder)
    shown = '<span class="t" lang="zh" title="the payer pays after all">付款人最终付款</span>'
    assert shown in (record.folder / PAGE).read_text("utf-8")
