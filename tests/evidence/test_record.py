"""The run record: appended line by line, readable after a crash, never half-written."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.core.clock import wire_now
from harness.core.control import Artifact, Blame, Check, Grade, Outcome, Step, Text
from harness.core.errors import EnvironmentUnreachable, HarnessError, UsageError
from harness.evidence import Redactor, RunMeta, RunRecord, recorded_at
from harness.evidence.digests import Digests

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SECRET = "k9Xw2-very-secret-api-key"


def meta(run: str = "run-1") -> RunMeta:
    return RunMeta(
        id=run,
        started=START,
        target="simulator",
        host="127.0.0.1:8765",
        grade=Grade.SIMULATED,
        gate="rehearsal",
        merchant="shop",
        subject="s",
        environment="e",
        checklist="2026-11-23",
        command=f"golive run --key {SECRET}",
    )


def check(**changes: object) -> Check:
    plain = Check(
        control="CBK-01",
        scenario="test_it",
        provider="wechat",
        dialect="apiv3",
        outcome=Outcome.FAIL,
        grade=Grade.EXPERIENCE,
        started=START,
        duration_s=1.5,
        message="credited twice",
        blame=Blame.MERCHANT,
        exercised=2,
        steps=(Step(name="pay", offset_s=0.1, duration_s=0.2),),
        artifacts=(Artifact(path="artifacts/a.png", kind="screenshot", title=Text(zh="图", en="Picture")),),
    )
    return plain.model_copy(update=changes)


def test_a_record_reads_back_as_it_was_written(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    record.append(check())
    record.append(check(control="CBK-02", outcome=Outcome.PASS, message="", blame=None))
    record.finish(ended=START + timedelta(minutes=1), interrupted=False)
    again = RunRecord.open(tmp_path / "run-1")
    assert [dict(each) for each in again.checks] == [dict(each) for each in record.checks]
    assert again.checks[0].grade is Grade.EXPERIENCE
    assert again.meta == record.meta.model_copy(update={"command": again.meta.command})
    assert not again.torn


def test_every_line_is_on_disk_before_append_returns(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    for count in (1, 2):
        record.append(check())
        assert (tmp_path / "run-1" / "results.ndjson").read_bytes().count(b"\n") == count


def test_a_grade_stands_in_files_as_a_word(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    record.append(check())
    line = json.loads((tmp_path / "run-1" / "results.ndjson").read_text())
    assert line["grade"] == "experience"
    assert json.loads((tmp_path / "run-1" / "run.json").read_text())["grade"] == "simulated"


def test_a_torn_last_line_is_tolerated_and_told(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    record.append(check())
    record.append(check(control="CBK-02"))
    results = tmp_path / "run-1" / "results.ndjson"
    results.write_bytes(results.read_bytes()[:-20])
    again = RunRecord.open(tmp_path / "run-1")
    assert [each.control for each in again.checks] == ["CBK-01"]
    assert again.torn
    assert again.meta.cut_short


def test_a_line_taken_out_of_a_finished_record_is_noticed(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    record.append(check())
    record.append(check(control="CBK-02"))
    record.finish(ended=wire_now(), interrupted=False)
    assert not RunRecord.open(tmp_path / "run-1").torn
    results = tmp_path / "run-1" / "results.ndjson"
    results.write_bytes(results.read_bytes().splitlines(keepends=True)[0])
    assert RunRecord.open(tmp_path / "run-1").torn


@pytest.mark.parametrize("damage", [b"not json\n", b"{}\n", b'{"grade":7}\n', b"\n", b"\xff\xfe\n"])
def test_a_damaged_line_in_the_middle_is_an_error_that_names_it(tmp_path: Path, damage: bytes) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    record.append(check())
    results = tmp_path / "run-1" / "results.ndjson"
    results.write_bytes(damage + results.read_bytes())
    with pytest.raises(UsageError, match="damaged") as caught:
        RunRecord.open(tmp_path / "run-1")
    assert caught.value.where.endswith("results.ndjson, line 1")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"fail"', '"pass"', "pass and blames merchant"),
        ('"fail"', '"not-applicable"', "not-applicable and blames merchant"),
        ('"fail"', '"harness-error"', "harness-error and blames merchant"),
        (',"blame":"merchant"', "", "fail and blames nobody"),
        ('"exercised":2', '"exercised":-2', "exercised: "),
        ('"duration_s":1.5', '"duration_s":1e300', "duration_s: "),
        (',"blame":"merchant"', ',"blame":"merchant","lacks":"payer"', "fail, and was not started"),
    ],
)
def test_a_line_that_contradicts_itself_is_damage_and_counts_for_nothing(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    record.append(check(control="CBK-02"))
    record.append(check())
    results = record.folder / "results.ndjson"
    first, second = results.read_text("utf-8").splitlines(keepends=True)
    assert old in second
    results.write_text(first + second.replace(old, new), "utf-8")
    with pytest.raises(UsageError, match=f"the run record is damaged: {told}") as caught:
        RunRecord.open(record.folder)
    assert caught.value.where.endswith("results.ndjson, line 2")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"id": 1}', '{"schema": 99}'])
def test_a_damaged_run_json_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    RunRecord.create(tmp_path / "run-1", meta())
    (tmp_path / "run-1" / "run.json").write_text(text)
    with pytest.raises(UsageError, match="damaged") as caught:
        RunRecord.open(tmp_path / "run-1")
    assert caught.value.where.endswith("run.json")


def test_a_record_of_a_newer_shape_is_refused(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    path = record.folder / "run.json"
    path.write_text(path.read_text().replace('"schema": 1', '"schema": 2'))
    with pytest.raises(UsageError, match="of another version than this golive reads"):
        RunRecord.open(record.folder)


def test_an_empty_folder_holds_no_record(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run record"):
        RunRecord.open(tmp_path)


def test_a_folder_that_holds_a_record_is_not_written_over(tmp_path: Path) -> None:
    RunRecord.create(tmp_path / "run-1", meta()).append(check())
    with pytest.raises(UsageError, match="holds a run record already"):
        RunRecord.create(tmp_path / "run-1", meta())
    assert len(RunRecord.open(tmp_path / "run-1").checks) == 1


@pytest.mark.parametrize(
    "planted", ["snapshots/waivers.json", "artifacts/a.png", "measurements/a", "run.json", "seal.json"]
)
def test_what_lay_in_the_folder_before_is_never_sealed_as_the_runs_own(tmp_path: Path, planted: str) -> None:
    folder = tmp_path / "run-1"
    (folder / planted).parent.mkdir(parents=True)
    (folder / planted).write_text("[]")
    with pytest.raises(UsageError, match="holds parts of a run record") as refused:
        RunRecord.create(folder, meta())
    assert refused.value.exit_code == 4
    assert str(folder) in str(refused.value)


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace('"fail"', '"pass"').replace(',"blame":"merchant"', ""),
        lambda text: text + text,
        lambda text: "",
    ],
    ids=["another outcome", "twice", "gone"],
)
def test_results_that_are_edited_while_the_run_goes_on_are_told(
    tmp_path: Path, edit: Callable[[str], str]
) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    record.append(check(outcome=Outcome.FAIL))
    assert record.altered() == ""
    results = record.folder / "results.ndjson"
    results.write_text(edit(results.read_text("utf-8")), "utf-8")
    record.reload()
    assert "altered while the run went on" in record.altered()


PICTURE = "artifacts/page.png"
EXCHANGES = "artifacts/exchanges.ndjson"


def running(folder: Path) -> RunRecord:
    """A record of a run that goes on, with something of every kind in it."""
    record = RunRecord.create(folder, meta())
    record.append(check())
    record.add_artifact("page.png", b"\x89one")
    record.append_line(EXCHANGES, {"status": 200})
    record.append_line(EXCHANGES, {"status": 500})
    record.append_line("artifacts/orders.ndjson", {"state": "asked"})
    record.write_lines("artifacts/orders.ndjson", [{"state": "closed"}])
    record.snapshot("history", [])
    record.snapshot("history", [{"run": "earlier"}])
    (folder / "measurements").mkdir()
    (folder / "measurements" / "load.json").write_text("{}")
    record.take_in("measurements", "artifacts/locust.html")
    return record


def linked(folder: Path) -> None:
    (folder / PICTURE).rename(folder / "elsewhere.png")
    (folder / PICTURE).symlink_to(folder / "elsewhere.png")


MEDDLING: dict[str, tuple[Callable[[Path], object], str]] = {
    "a picture changed": (lambda folder: (folder / PICTURE).write_bytes(b"x"), PICTURE),
    "a picture gone": (lambda folder: (folder / PICTURE).unlink(), f"{PICTURE} was altered .* it is gone"),
    "a picture linked": (linked, PICTURE),
    "a picture put there": (
        lambda folder: (folder / "artifacts" / "more.png").write_bytes(b"x"),
        "artifacts/more.png was altered .* the run did not write it",
    ),
    "an exchange changed": (
        lambda folder: (folder / EXCHANGES).write_text('{"status":200}\n{"status":200}\n'),
        f"{EXCHANGES} was altered .* 1 of its lines the run did not write, 1 that it wrote are gone",
    ),
    "exchanges gone": (lambda folder: (folder / EXCHANGES).unlink(), f"{EXCHANGES} cannot be read"),
    "orders": (
        lambda folder: (folder / "artifacts" / "orders.ndjson").write_text("{}\n"),
        "artifacts/orders.ndjson was altered",
    ),
    "history": (
        lambda folder: (folder / "snapshots" / "history.json").write_text("[]"),
        "snapshots/history.json was altered",
    ),
    "a measurement": (
        lambda folder: (folder / "measurements" / "load.json").write_text('{"failed":0}'),
        "measurements/load.json was altered",
    ),
}


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize(("meddle", "told"), MEDDLING.values(), ids=MEDDLING)
def test_whatever_is_edited_while_the_run_goes_on_is_told(
    tmp_path: Path, meddle: Callable[[Path], object], told: str, ended: bool
) -> None:
    record = running(tmp_path / "run-1")
    assert record.altered() == ""
    meddle(record.folder)
    if ended:
        record.finish(ended=wire_now(), interrupted=False)
    assert re.search(told, record.altered())


def test_what_another_process_of_the_run_wrote_is_no_edit(tmp_path: Path) -> None:
    first = running(tmp_path / "run-1")
    worker = RunRecord(first.folder, first.meta, Redactor())
    told: list[Digests] = []
    worker.confirm = told.append
    worker.add_artifact("page.png", b"\x89two")
    worker.append_line(EXCHANGES, {"status": 200})
    assert "page-2.png" in first.altered()
    worker.append(check(control="CBK-02"))
    worker.append_line(EXCHANGES, {"status": 404})
    for digests in (*told, worker.untold()):
        first.was_written(digests)
    assert first.altered() == ""
    (first.folder / "artifacts" / "page-2.png").write_bytes(b"x")
    assert "artifacts/page-2.png was altered" in first.altered()


def test_what_a_lost_process_may_have_written_accuses_nobody(tmp_path: Path) -> None:
    first = running(tmp_path / "run-1")
    RunRecord(first.folder, first.meta, Redactor()).append_line(EXCHANGES, {"status": 200})
    first.writer_lost = True
    assert first.altered() == ""
    (first.folder / PICTURE).unlink()
    assert "it is gone" in first.altered()


def test_of_many_edits_the_first_are_named_and_the_rest_are_counted(tmp_path: Path) -> None:
    record = running(tmp_path / "run-1")
    for number in range(5):
        (record.folder / "artifacts" / f"{number}.png").write_bytes(b"x")
    assert record.altered().count("the run did not write it") == 3
    assert record.altered().endswith("; and 2 more")


def test_an_empty_folder_may_be_there_and_one_with_results_of_another_tool(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "some" / "allure-results").mkdir(parents=True)
    for name in ("none", "some"):
        RunRecord.create(tmp_path / name, meta())


def test_results_are_not_appended_through_a_link(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    elsewhere = tmp_path / "elsewhere.ndjson"
    (record.folder / "results.ndjson").rename(elsewhere)
    (record.folder / "results.ndjson").symlink_to(elsewhere)
    with pytest.raises(EnvironmentUnreachable, match="cannot be written"):
        record.append(check())
    assert elsewhere.read_bytes() == b""


def test_a_folder_that_cannot_be_made_is_an_error_of_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        RunRecord.create(tmp_path / "file" / "run-1", meta())


def test_a_record_without_an_end_was_cut_short_at_its_last_sign_of_life(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    assert (record.meta.cut_short, record.as_of) == (True, START)
    record.append(check())
    assert RunRecord.open(record.folder).as_of == START + timedelta(seconds=1.5) == recorded_at(check())


def test_a_finished_record_ends_when_it_says(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    record.finish(ended=START + timedelta(hours=1), interrupted=True, faults=["a secret was found"])
    again = RunRecord.open(record.folder)
    assert (again.meta.interrupted, again.meta.cut_short) == (True, True)
    assert again.as_of == START + timedelta(hours=1)
    assert again.meta.faults == ("a secret was found",)


def test_latest_points_at_the_newest_run_and_moves_with_the_folder(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for name in ("run-1", "run-2"):
        RunRecord.create(runs / name, meta(name))
    assert (runs / "latest").readlink() == Path("run-2")
    runs.rename(tmp_path / "runs-moved")
    assert RunRecord.open(tmp_path / "runs-moved" / "latest").meta.id == "run-2"
    assert sorted(path.name for path in (tmp_path / "runs-moved").iterdir()) == ["latest", "run-1", "run-2"]


def test_a_folder_elsewhere_gets_no_latest(tmp_path: Path) -> None:
    RunRecord.create(tmp_path / "somewhere", meta())
    assert not (tmp_path / "latest").exists()


def test_a_real_folder_named_latest_is_not_destroyed(tmp_path: Path) -> None:
    (tmp_path / "runs" / "latest").mkdir(parents=True)
    (tmp_path / "runs" / "latest" / "kept").write_text("")
    with pytest.raises(UsageError, match="latest"):
        RunRecord.create(tmp_path / "runs" / "run-1", meta())
    assert (tmp_path / "runs" / "latest" / "kept").exists()


def test_artifacts_never_overwrite_one_another(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    paths = [record.add_artifact("page.png", data) for data in (b"\x89one", b"\x89two")]
    assert paths == ["artifacts/page.png", "artifacts/page-2.png"]
    assert [(record.folder / path).read_bytes() for path in paths] == [b"\x89one", b"\x89two"]


@pytest.mark.parametrize("name", ["../outside.png", "/etc/outside.png", "a/../../../b.png"])
def test_no_artifact_leaves_the_record(tmp_path: Path, name: str) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    if name.startswith("/"):
        with pytest.raises(HarnessError):
            record.append_line(name, {})
    with pytest.raises(HarnessError):
        record.add_artifact(name, b"x")


def test_a_snapshot_reads_back_and_a_missing_one_is_none(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    record.snapshot("checklist", {"controls": [{"id": "CBK-01", "标题": "回调"}]})
    assert record.read_snapshot("checklist") == {"controls": [{"id": "CBK-01", "标题": "回调"}]}
    assert record.read_snapshot("waivers") is None


def test_a_damaged_snapshot_is_an_error_that_names_it(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta())
    record.snapshot("checklist", {})
    (record.folder / "snapshots" / "checklist.json").write_text("{")
    with pytest.raises(UsageError, match="damaged") as caught:
        record.read_snapshot("checklist")
    assert caught.value.where.endswith("checklist.json")


def test_a_secret_reaches_no_part_of_the_record(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "run-1", meta(), secrets=[SECRET])
    record.append(check(message=f"the server said {SECRET}"))
    record.add_artifact("page.html", f"<p>{SECRET}</p>".encode())
    record.snapshot("settings", {"value": [SECRET]})
    record.finish(ended=START, interrupted=False, faults=[f"found {SECRET}"])
    files = [path for path in record.folder.rglob("*") if path.is_file()]
    assert len(files) == 5
    assert not [path.name for path in files if SECRET.encode() in path.read_bytes()]
    assert RunRecord.open(record.folder).checks[0].message == "the server said [redacted]"


FULL = """
import resource, sys
from pathlib import Path
from harness.core.errors import EnvironmentUnreachable
from harness.evidence import RunRecord
from tests.reports.sample_run import check, meta
record = RunRecord.create(Path(sys.argv[1]), meta("one"))
record.append(check("CBK-03"))
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
for write in (lambda: record.append(check("CBK-11")), lambda: record.snapshot("big", "x" * 400)):
    try:
        write()
    except EnvironmentUnreachable as error:
        print(error)
"""


def test_a_full_disk_is_told_and_leaves_a_readable_record(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "one"
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    first, second = done.stdout.splitlines()
    assert "cannot be written" in first
    assert "results.ndjson" in first
    assert "make room" in second
    record = RunRecord.open(folder)
    assert ([each.control for each in record.checks], record.torn) == (["CBK-03"], False)
    assert not list(folder.rglob(".*"))
