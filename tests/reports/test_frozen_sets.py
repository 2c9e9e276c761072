"""What a dated set asks does not change: runs were judged by it, and readers look it up months later."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from reports.checklist import CHECKLIST, folder_of
from reports.checklist.frozen import LOCK, changes, digests, freeze, read_lock

SETS = folder_of(CHECKLIST).parent
PUBLISHED = {
    "2026-11-23": "1e8263494a8cc77c8c567e018629e22c74dbc7f3c46a9c101a3b71588b2fd7b5",
    "2026-11-29": "ebbe7c1d2ad9b6c9e9c8f1886a3b03311a195c3893d512877d4afb91e19d5698",
    "2026-11-30": "f8ac4c31755c7c5549d1dfa5bb9fb92c997924436652de86cdda314abbc403df",
}
"""SHA-256 over the lines of each set in the lock: an edit has to be made in three places to stay unseen."""


def written(folder: Path) -> Path:
    """Two sets, the second based on the first."""
    for name, files in {
        "2026-01-01": {"07-cbk.yaml": "a", "gates.yaml": "g", "exercised.lock": "CBK-01\n"},
        "2026-02-02": {"based-on": "2026-01-01\n", "08-deg.yaml": "b", "exercised.lock": "DEG-01\n"},
    }.items():
        (folder / name).mkdir()
        for file, text in files.items():
            (folder / name / file).write_text(text, "utf-8")
    return folder


def of_set(lock: dict[str, str], date: str) -> str:
    """One digest over the lines of a set."""
    lines = [f"{digest}  {name}\n" for name, digest in sorted(lock.items()) if name.startswith(f"{date}/")]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def test_no_file_of_a_published_set_was_edited() -> None:
    assert changes(SETS, CHECKLIST) == []


@pytest.mark.parametrize("date", PUBLISHED)
def test_a_published_set_is_what_it_was(date: str) -> None:
    assert of_set(digests(SETS, CHECKLIST), date) == PUBLISHED[date]


def test_every_set_is_frozen_or_the_newest() -> None:
    dates = {path.parent.name for path in SETS.glob("*/exercised.lock")}
    assert dates - {CHECKLIST} <= PUBLISHED.keys()
    assert {name.partition("/")[0] for name in read_lock(SETS / LOCK)} == dates


@pytest.mark.parametrize("name", ["2026-01-01/07-cbk.yaml", "2026-01-01/gates.yaml", "2026-02-02/based-on"])
def test_an_edit_is_named(tmp_path: Path, name: str) -> None:
    freeze(written(tmp_path), "2026-02-02")
    assert changes(tmp_path, "2026-02-02") == []
    (tmp_path / name).write_text("edited", "utf-8")
    assert changes(tmp_path, "2026-02-02") == [f"{name} was changed"]


def test_a_file_taken_away_or_added_is_named(tmp_path: Path) -> None:
    freeze(written(tmp_path), "2026-02-02")
    (tmp_path / "2026-01-01" / "gates.yaml").unlink()
    (tmp_path / "2026-02-02" / "09-exp.yaml").write_text("new", "utf-8")
    assert changes(tmp_path, "2026-02-02") == [
        "2026-01-01/gates.yaml was taken away",
        "2026-02-02/09-exp.yaml was added",
    ]


def test_what_has_checks_grows_in_the_newest_set_only(tmp_path: Path) -> None:
    freeze(written(tmp_path), "2026-02-02")
    (tmp_path / "2026-02-02" / "exercised.lock").write_text("DEG-01\nDEG-02\n", "utf-8")
    (tmp_path / "2026-02-02" / "scenarios.lock").write_text("new", "utf-8")
    assert changes(tmp_path, "2026-02-02") == []
    (tmp_path / "2026-01-01" / "exercised.lock").write_text("CBK-01\nCBK-02\n", "utf-8")
    assert changes(tmp_path, "2026-02-02") == ["2026-01-01/exercised.lock was changed"]


def test_what_has_checks_is_frozen_when_another_set_becomes_the_newest(tmp_path: Path) -> None:
    freeze(written(tmp_path), "2026-02-02")
    assert changes(tmp_path, "2026-03-03") == []
    assert freeze(tmp_path, "2026-03-03") == ["2026-02-02/exercised.lock"]


def test_freezing_again_keeps_what_is_frozen(tmp_path: Path) -> None:
    assert len(freeze(written(tmp_path), "2026-02-02")) == 5
    before = read_lock(tmp_path / LOCK)
    (tmp_path / "2026-01-01" / "07-cbk.yaml").write_text("edited", "utf-8")
    assert freeze(tmp_path, "2026-02-02") == []
    assert read_lock(tmp_path / LOCK) == before


def test_a_checkout_with_other_line_ends_is_the_same_set(tmp_path: Path) -> None:
    freeze(written(tmp_path), "2026-02-02")
    (tmp_path / "2026-02-02" / "based-on").write_bytes(b"2026-01-01\r\n")
    assert changes(tmp_path, "2026-02-02") == []
