"""A pack is made of a sealed record alone: the same bytes each time, in bounded memory, or not at all."""

from __future__ import annotations

import errno
import io
import os
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from harness.core.errors import GoLiveError, UsageError
from harness.evidence import RunRecord
from harness.evidence.pack import statement, writer
from harness.evidence.seal import seal
from harness.evidence.seal_key import KEY_FILE
from reports.evidence_pack.make import make_pack
from reports.evidence_pack.verify import Verified
from tests.reports.evidence_pack.packed_run import EARLIER, HOME, RESTED_ON, RUN, recorded
from tests.reports.sample_run import START, sample_run

MiB = 1 << 20


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_it_holds_the_record_the_page_the_papers_and_what_the_verdict_rests_on(made: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        found = archive.namelist()
    assert found == [
        "papers/ledger.ndjson",
        "papers/审批.txt",
        *(f"runs/{EARLIER}/{name}" for name in ("results.ndjson", "run.json", "seal.json")),
        *(f"{HOME}/artifacts/pay-02-{number}.png" for number in (1, 2)),
        *(
            f"{HOME}/{name}"
            for name in ("report.html", "report.json", "results.ndjson", "run.json", "seal.json")
        ),
        *(f"{HOME}/snapshots/{name}.json" for name in ("checklist", "history")),
        statement.MEMBER,
    ]


def test_the_same_record_and_moment_give_the_same_bytes(tmp_path: Path) -> None:
    record = recorded(tmp_path / "runs")
    first, second = (make_pack(record.folder, tmp_path / name).path for name in ("a.zip", "b.zip"))
    assert first.read_bytes() == second.read_bytes()
    elsewhere = shutil.copytree(tmp_path / "runs", tmp_path / "copied" / "runs")
    third = make_pack(elsewhere / RUN, tmp_path / "c.zip").path
    assert third.read_bytes() == first.read_bytes()
    later = make_pack(record.folder, tmp_path / "d.zip", as_of=record.as_of + timedelta(days=1)).path
    assert later.read_bytes() != first.read_bytes()


def test_nothing_is_written_into_the_record(tmp_path: Path) -> None:
    record = recorded(tmp_path / "runs")
    before = sorted(path for path in record.folder.rglob("*"))
    make_pack(record.folder, tmp_path / "pack.zip")
    assert sorted(path for path in record.folder.rglob("*")) == before


def test_what_lies_in_the_folder_and_is_no_part_of_the_record_stays_out(tmp_path: Path) -> None:
    record = recorded(tmp_path / "runs")
    (record.folder / "notes.txt").write_text("mine")
    (record.folder / "report.html").write_text("<h1>GO</h1>")
    path = make_pack(record.folder, tmp_path / "pack.zip").path
    assert f"{HOME}/notes.txt" not in names(path)
    with zipfile.ZipFile(path) as archive:
        assert len(archive.read(f"{HOME}/report.html")) > 10_000


def test_an_earlier_run_that_is_gone_is_told_and_not_packed(
    tmp_path: Path, verified: Callable[[bytes], Verified]
) -> None:
    record = recorded(tmp_path / "runs")
    shutil.rmtree(tmp_path / "runs" / EARLIER)
    made = make_pack(record.folder, tmp_path / "pack.zip")
    (earlier,) = made.predicate.earlier
    assert (earlier.run, earlier.held) == (EARLIER, False)
    (note,) = verified(made.path.read_bytes()).notes
    assert EARLIER in note.en
    assert EARLIER in note.zh


def test_an_earlier_run_that_was_altered_since_is_not_packed(tmp_path: Path) -> None:
    record = recorded(tmp_path / "runs")
    results = tmp_path / "runs" / EARLIER / "results.ndjson"
    results.write_text(results.read_text("utf-8") * 2, "utf-8")
    made = make_pack(record.folder, tmp_path / "pack.zip")
    assert [each.held for each in made.predicate.earlier] == [False]


def test_of_an_older_record_that_names_no_keys_earlier_runs_are_not_packed(
    tmp_path: Path, verified: Callable[[bytes], Verified]
) -> None:
    record = recorded(tmp_path / "runs")
    rows = record.read_snapshot("history")
    record.snapshot("history", [{name: row[name] for name in row if name != "sealed_by"} for row in rows])
    seal(record.folder, RUN)
    made = make_pack(record.folder, tmp_path / "pack.zip")
    assert len(verified(made.path.read_bytes()).notes) == 1


def altered(record: RunRecord) -> None:
    (record.folder / "results.ndjson").write_text("")


def sealed_elsewhere(record: RunRecord) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_FILE, str(record.folder.parent / "other.key"))
        record.finish(ended=record.as_of, interrupted=False)


REFUSED: dict[str, tuple[Callable[[RunRecord], object], str]] = {
    "without a seal": (lambda record: (record.folder / "seal.json").unlink(), "no seal"),
    "with a damaged seal": (lambda record: (record.folder / "seal.json").write_text("{}"), "seal is damaged"),
    "altered": (altered, "altered after it was sealed"),
    "with a file more": (
        lambda record: (record.folder / "artifacts" / "x").write_text(""),
        "altered after it was sealed",
    ),
    "with a link": (
        lambda record: (record.folder / "artifacts" / "x").symlink_to("/etc/passwd"),
        "altered after it was sealed",
    ),
    "sealed with a foreign key": (sealed_elsewhere, "another key"),
    "whose metadata is damaged": (
        lambda record: (record.folder / "run.json").write_text("{"),
        "record is damaged",
    ),
}


@pytest.mark.parametrize("record_is", REFUSED)
def test_no_pack_is_made_of_a_record(record_is: str, tmp_path: Path) -> None:
    harm, why = REFUSED[record_is]
    record = recorded(tmp_path / "runs")
    harm(record)
    with pytest.raises(UsageError, match=why):
        make_pack(record.folder, tmp_path / "pack.zip")
    assert not (tmp_path / "pack.zip").exists()


def test_no_pack_is_made_of_a_run_that_goes_on(tmp_path: Path) -> None:
    record = sample_run(tmp_path / "runs", finished=False)
    with pytest.raises(UsageError, match="the run goes on, or was killed"):
        make_pack(record.folder, tmp_path / "pack.zip")


def test_no_pack_is_made_where_there_is_no_record(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no run record here"):
        make_pack(tmp_path / "nowhere", tmp_path / "pack.zip")


def test_papers_that_were_named_have_to_be_there(tmp_path: Path) -> None:
    record = recorded(tmp_path / "runs")
    with pytest.raises(UsageError, match="no folder of papers"):
        make_pack(record.folder, tmp_path / "pack.zip", papers=tmp_path / "nowhere")


def test_a_link_among_the_papers_is_refused(tmp_path: Path) -> None:
    record = recorded(tmp_path / "runs")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "contract.pdf").symlink_to("/etc/passwd")
    with pytest.raises(UsageError, match="a link among the papers"):
        make_pack(record.folder, tmp_path / "pack.zip")


@pytest.mark.parametrize("name", ["a\\b.pdf", "a\x1b[2Jb.pdf", "e\u0301.pdf"])
def test_a_paper_that_another_system_would_misread_is_refused(name: str, tmp_path: Path) -> None:
    record = recorded(tmp_path / "runs")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / name).write_text("")
    with pytest.raises(UsageError, match="a file cannot be packed") as refused:
        make_pack(record.folder, tmp_path / "pack.zip")
    assert "\x1b" not in str(refused.value)


def left_over(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir() if path.name != "runs")


def test_on_a_full_disk_nothing_is_left_behind(tmp_path: Path) -> None:
    record = recorded(tmp_path / "runs")
    with pytest.MonkeyPatch.context() as patch:

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr("harness.evidence.pack.writer.os.fsync", full)
        with pytest.raises(UsageError, match="the pack cannot be written: No space left"):
            make_pack(record.folder, tmp_path / "pack.zip")
    assert left_over(tmp_path) == []


def filled(out: Path) -> None:
    """Write to a disk that is full from the first byte on."""
    with writer.whole_file(out) as file:
        os.dup2(os.open("/dev/full", os.O_WRONLY), file.fileno())
        file.write(bytes(MiB))


def test_a_write_that_fails_half_way_is_told_and_leaves_the_old_pack(tmp_path: Path) -> None:
    out = tmp_path / "pack.zip"
    out.write_text("the older pack")
    with pytest.raises(UsageError, match="the pack cannot be written: No space left"):
        filled(out)
    assert out.read_text() == "the older pack"
    assert left_over(tmp_path) == ["pack.zip"]


def test_a_device_is_refused_and_never_replaced(tmp_path: Path) -> None:
    record = recorded(tmp_path / "runs")
    for place in (Path("/dev/full"), tmp_path / "pipe", tmp_path / "leads there"):
        if place.name == "pipe":
            os.mkfifo(place)
        if place.name == "leads there":
            place.symlink_to("/dev/full")
        before = place.stat().st_mode
        with pytest.raises(UsageError, match="the pack cannot be written: a folder, a device or a pipe"):
            make_pack(record.folder, place)
        assert place.stat().st_mode == before


def test_a_place_that_is_none_is_told(tmp_path: Path) -> None:
    record = recorded(tmp_path / "runs")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="the pack cannot be written"):
        make_pack(record.folder, tmp_path / "file" / "pack.zip")
    assert left_over(tmp_path) == ["file"]


def test_an_error_in_between_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = recorded(tmp_path / "runs")

    def broken(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("reports.evidence_pack.make.sign", broken)
    with pytest.raises(KeyboardInterrupt):
        make_pack(record.folder, tmp_path / "pack.zip")
    assert left_over(tmp_path) == []


def test_a_file_that_changes_while_it_is_packed_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = recorded(tmp_path / "runs")
    whole = writer.pieces_of
    monkeypatch.setattr(
        "reports.evidence_pack.make.pieces_of",
        lambda path: [b"other"] if path.name == "pay-02-1.png" else whole(path),
    )
    with pytest.raises(UsageError, match="altered while it was packed"):
        make_pack(record.folder, tmp_path / "pack.zip")
    assert left_over(tmp_path) == []


def test_more_than_a_pack_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = recorded(tmp_path / "runs")
    monkeypatch.setattr("harness.evidence.pack.shape.MOST_BYTES", 1000)
    with pytest.raises(GoLiveError, match="a pack holds at most"):
        make_pack(record.folder, tmp_path / "pack.zip")
    assert left_over(tmp_path) == []


def test_a_large_record_is_packed_and_verified_piece_by_piece(
    tmp_path: Path, verified: Callable[[bytes], Verified]
) -> None:
    """Twenty-five megabytes of pictures; 300 were packed by hand (docs/decisions/0082)."""
    record = sample_run(tmp_path / "runs", finished=False)
    noise = b"".join(sha256(str(number).encode()).digest() for number in range(MiB // 8))
    for number in range(6):
        record.add_artifact(f"shot-{number}.png", noise)
    record.finish(ended=START + timedelta(hours=1), interrupted=False)
    tracemalloc.start()
    told: list[int] = []
    made = make_pack(record.folder, tmp_path / "pack.zip", tell=told.append)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.size > 25 * 10**6
    assert most < 22 * MiB
    assert max(told) > 25 * 10**6
    assert verified(made.path.read_bytes()).members == made.members


def test_the_statement_tells_what_was_judged(made: bytes, verified: Callable[[bytes], Verified]) -> None:
    said = verified(made).predicate
    assert (said.run, said.gate, said.grade, said.merchant) == (RUN, "rehearsal", "simulated", "shop")
    assert said.verdicts == {"rehearsal": "GO", "experience": "NOT YET", "production": "NOT YET"}
    assert [(each.run, each.held) for each in said.earlier] == [(EARLIER, True)]
    assert said.papers == 2
    assert RESTED_ON == "CBK-11"
