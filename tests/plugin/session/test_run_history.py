"""A run takes itself into the history at its end, and no verdict depends on whether that can be done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.control import Outcome
from harness.plugin.options import Options
from harness.plugin.session.rehearsal import Rehearsal
from harness.plugin.session.run_history import RunHistory
from reports.history.database import open_history
from tests.plugin.session.test_rehearsal import record_every_control, rehearsal

__all__ = ["rehearsal"]


@pytest.fixture(autouse=True)
def usual_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the history of these runs is."""
    monkeypatch.delenv("GOLIVE_HISTORY_URL")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "history.sqlite"


def kept(place: Path) -> list[tuple[str, str]]:
    with open_history(place) as history:
        return [(run.id, run.ending) for run in history.runs()]


def test_a_run_that_ends_is_kept_with_its_verdict(rehearsal: Rehearsal, usual_place: Path) -> None:
    record_every_control(rehearsal, Outcome.FAIL, "credited twice")
    assert rehearsal.finish().code == 1
    assert kept(usual_place) == [("run", "NO-GO")]


def test_a_run_that_was_told_not_to_leaves_nothing_there(rehearsal: Rehearsal, usual_place: Path) -> None:
    rehearsal.history = RunHistory(replace(rehearsal.options, no_history=True))
    record_every_control(rehearsal)
    assert rehearsal.finish().code == 0
    assert not usual_place.exists()


def test_where_none_is_wanted_none_is_made(
    rehearsal: Rehearsal, usual_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLIVE_HISTORY_URL", "none")
    record_every_control(rehearsal)
    assert rehearsal.finish().code == 0
    assert not usual_place.exists()


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("postgresql://golive:s3cret@127.0.0.1:1/golive", "the history's database cannot be used"),
        ("no://database:s3cret@x/y", "a history is kept in SQLite or PostgreSQL"),
        ("damaged.sqlite", "the history is damaged"),
    ],
)
def test_a_history_that_cannot_be_had_costs_a_line_and_no_verdict(
    rehearsal: Rehearsal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, why: str
) -> None:
    (tmp_path / "damaged.sqlite").write_text("no database, but a text " * 50)
    monkeypatch.setenv("GOLIVE_HISTORY_URL", address)
    rehearsal.history.begin(rehearsal.record)
    record_every_control(rehearsal)
    ending = rehearsal.finish()
    assert ending.code == 0
    asked, unkept, verdict = ending.lines[:3]
    assert asked.startswith("the history could not be asked, and earlier runs count by their own seals alone")
    assert unkept.startswith("this run is not in the history: ")
    assert why in unkept
    assert f"golive history import {rehearsal.record.folder}" in unkept
    assert verdict.startswith("REHEARSAL GO")
    assert "s3cret" not in "\n".join(ending.lines)


def test_a_place_in_golive_toml_is_taken(rehearsal: Rehearsal, usual_place: Path, tmp_path: Path) -> None:
    (tmp_path / "golive.toml").write_text('[history]\nurl = "elsewhere.sqlite"\n')
    record_every_control(rehearsal)
    rehearsal.finish()
    assert kept(tmp_path / "elsewhere.sqlite") == [("run", "GO")]
    assert not usual_place.exists()


def test_what_is_wrong_in_golive_toml_is_told_in_chinese_too(rehearsal: Rehearsal, tmp_path: Path) -> None:
    (tmp_path / "golive.toml").write_text("[history]\nurl = 7\n")
    rehearsal.history = RunHistory(replace(rehearsal.options, language="zh"))
    record_every_control(rehearsal)
    ending = rehearsal.finish()
    assert ending.code == 0
    assert "本次运行未记入历史：[history] 只有一个成员 url" in "\n".join(ending.lines)


def test_only_one_option_is_about_it() -> None:
    assert Options().no_history is False
    assert Options.read({"no_history": True}).no_history
