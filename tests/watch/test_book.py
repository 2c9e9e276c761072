"""The files of a watch: whatever is edited, cut off, added or removed is named, and nothing is lost."""

from __future__ import annotations

import errno
import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

import harness.watch.book as book_module
from harness.core.errors import EnvironmentUnreachable, UsageError
from harness.core.whole_file import write_whole
from harness.watch.book import WatchBook, folder_for, read
from tests.watch.days import MIDNIGHT, Played, kept

TWO_DAYS = 2 * 288
DAY, NEXT = "2026-11-30", "2026-12-01"


@pytest.fixture
def folder(tmp_path: Path, two_days: Path) -> Path:
    return Path(shutil.copytree(two_days, tmp_path / "watch"))


def edited(path: Path, line: int, **members: object) -> None:
    lines = path.read_text("utf-8").splitlines()
    lines[line] = json.dumps(json.loads(lines[line]) | members)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def test_two_days_are_two_files_and_each_slot_stands_once(folder: Path) -> None:
    slots = read(folder)
    assert [slot.slot - slots[0].slot for slot in slots] == list(range(TWO_DAYS))
    assert sorted(path.name for path in folder.iterdir()) == [
        ".lock",
        f"{DAY}.ndjson",
        f"{DAY}.seal.json",
        f"{NEXT}.ndjson",
        "head.json",
    ]


@pytest.mark.parametrize("day", [DAY, NEXT])
@pytest.mark.parametrize("line", [0, 100, 286])
def test_an_edited_line_is_named(folder: Path, day: str, line: int) -> None:
    edited(folder / f"{day}.ndjson", line, answered=False)
    with pytest.raises(UsageError, match=rf"{day}\.ndjson, line {line + 2}"):
        read(folder)


def test_an_edited_last_line_no_longer_fits_its_signature(folder: Path) -> None:
    edited(folder / f"{NEXT}.ndjson", 287, answered=False)
    with pytest.raises(UsageError, match="edited after it was signed"):
        read(folder)


@pytest.mark.parametrize("day", [DAY, NEXT])
def test_a_file_that_was_cut_off_is_named(folder: Path, day: str) -> None:
    path = folder / f"{day}.ndjson"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-3]), "utf-8")
    with pytest.raises(UsageError, match="288 lines were written and 285 are there: it was cut off"):
        read(folder)


def test_lines_that_were_added_are_named(folder: Path) -> None:
    path = folder / f"{NEXT}.ndjson"
    last = path.read_text("utf-8").splitlines(keepends=True)[-1]
    path.write_text(path.read_text("utf-8") + 2 * last, "utf-8")
    with pytest.raises(UsageError, match="some were added"):
        read(folder)


@pytest.mark.parametrize("name", [f"{DAY}.ndjson", f"{NEXT}.ndjson", f"{DAY}.seal.json", "head.json"])
def test_a_file_that_was_removed_is_missed(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(UsageError, match="cannot be believed"):
        read(folder)


@pytest.mark.parametrize("name", [f"{DAY}.ndjson", "head.json", f"{DAY}.seal.json"])
def test_a_link_is_no_file_of_a_watch(folder: Path, tmp_path: Path, name: str) -> None:
    (folder / name).rename(tmp_path / name)
    (folder / name).symlink_to(tmp_path / name)
    with pytest.raises(UsageError, match="no plain file"):
        read(folder)


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"schema": 2}', "null"])
@pytest.mark.parametrize("name", ["head.json", f"{DAY}.seal.json"])
def test_a_damaged_seal_is_told(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(UsageError, match="no seal of a day"):
        read(folder)


def test_a_seal_of_a_foreign_key_is_not_believed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOLIVE_SEAL_KEY", str(tmp_path / "another.key"))
    with pytest.raises(UsageError, match="another key"):
        read(folder)


def test_a_newer_version_of_a_line_is_no_slot(folder: Path) -> None:
    edited(folder / f"{DAY}.ndjson", 5, schema=2)
    with pytest.raises(UsageError, match="no slot of a watch"):
        read(folder)


def test_only_newer_days_are_read_where_that_is_asked(folder: Path) -> None:
    edited(folder / f"{DAY}.ndjson", 5, answered=False)
    assert len(read(folder, since=MIDNIGHT.date() + timedelta(days=2))) == 288
    assert read(folder, since=MIDNIGHT.date() + timedelta(days=9)) == ()


def test_a_second_watch_is_refused_while_the_first_one_writes(folder: Path) -> None:
    with (
        WatchBook.open(folder),
        pytest.raises(UsageError, match="another golive watch"),
        WatchBook.open(folder),
    ):
        pass


def test_a_watch_goes_on_where_it_stopped(tmp_path: Path) -> None:
    time = kept(tmp_path, 10)
    time.sleep(300)
    kept(tmp_path, 10, time=time)
    slots = read(tmp_path)
    assert [slot.slot - slots[0].slot for slot in slots] == list(range(20))


def test_a_line_that_was_half_written_is_taken_away(folder: Path) -> None:
    path = folder / f"{NEXT}.ndjson"
    path.write_text(path.read_text("utf-8") + '{"schema":1,"slo', "utf-8")
    time = Played(MIDNIGHT + timedelta(days=2))
    kept(folder, 1, time=time)
    assert len(read(folder)) == TWO_DAYS + 1


def test_a_first_line_of_a_day_that_was_half_written_is_taken_away(folder: Path) -> None:
    (folder / "2026-12-02.ndjson").write_text('{"schema":1', "utf-8")
    kept(folder, 1, time=Played(MIDNIGHT + timedelta(days=2)))
    assert len(read(folder)) == TWO_DAYS + 1


@pytest.mark.parametrize("slots", [1, 288, 289, 300])
def test_a_line_that_was_written_and_not_signed_counts(
    tmp_path: Path, slots: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the process was killed between the two, also at midnight, also with the first line of all."""
    time = kept(tmp_path, slots - 1) if slots > 1 else Played()
    if slots > 1:
        time.sleep(300)

    def killed(path: Path, text: str) -> None:
        if path.name == "head.json":
            raise KeyboardInterrupt
        real(path, text)

    real = write_whole
    with monkeypatch.context() as patched:
        patched.setattr(book_module, "write_whole", killed)
        with pytest.raises(KeyboardInterrupt):
            kept(tmp_path, 1, time=time)
    assert len(read(tmp_path)) == slots
    time.sleep(300)
    kept(tmp_path, 1, time=time)
    assert len(read(tmp_path)) == slots + 1


def test_a_full_disk_keeps_what_was_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    time = Played(MIDNIGHT + timedelta(days=2))
    with monkeypatch.context() as patched:
        patched.setattr(book_module, "append_whole", full)
        with pytest.raises(EnvironmentUnreachable, match="No space left"):
            kept(folder, 1, time=time)
    assert len(read(folder)) == TWO_DAYS
    kept(folder, 1, time=time)
    assert len(read(folder)) == TWO_DAYS + 1


@pytest.mark.parametrize(
    "host", ["pay.example.com:8443 api.mch.weixin.qq.com", "../../etc", "", "…", "a" * 300]
)
def test_an_endpoint_has_one_folder_below_the_runs(tmp_path: Path, host: str) -> None:
    folders = [folder_for(tmp_path, host, experience=each) for each in (True, False)]
    for folder in folders:
        assert folder.parent == tmp_path / "watch"
        assert folder.name not in ("", ".", "..")
        assert len(folder.name) < 200
    assert folders[0] != folders[1]  # quiet days of one edition prove nothing of the other


def test_two_endpoints_of_long_names_have_a_folder_each(tmp_path: Path) -> None:
    one, two = (folder_for(tmp_path, "a" * 200 + last, experience=True) for last in "bc")
    assert one != two
