"""A GO cannot be had by hand: whatever is done to a record after its end is named, and counts for nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from harness.cli.report import command
from harness.core.control import Grade, Outcome
from harness.evidence import RunRecord
from harness.evidence.seal import seal
from harness.evidence.seal_key import KEY_FILE, TRUSTED, own_key, public_text
from reports.build import PAGE, build
from reports.checklist import load
from reports.earlier_runs import collect
from reports.judging import judge_record
from tests.reports.sample_run import START, outcomes, sample_run

HOUR = timedelta(hours=1)
FAILS = outcomes({"CBK-11": Outcome.FAIL})


def replaced(folder: Path, name: str, old: str, new: str) -> int:
    text = (folder / name).read_text("utf-8")
    assert old in text
    return (folder / name).write_text(text.replace(old, new), "utf-8")


def passed(folder: Path) -> int:
    """Every failure edited into a pass as a run writes them."""
    replaced(folder, "results.ndjson", '"fail"', '"pass"')
    return replaced(folder, "results.ndjson", ',"blame":"merchant"', "")


def without_failures(folder: Path) -> None:
    lines = (folder / "results.ndjson").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if '"fail"' not in line]
    (folder / "results.ndjson").write_text("".join(kept), "utf-8")
    replaced(folder, "run.json", f'"checks": {len(lines)}', f'"checks": {len(kept)}')


def sealed_by_a_stranger(folder: Path) -> None:
    passed(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_FILE, str(folder.parent / "stranger.key"))
        seal(folder, folder.name)


def with_a_strangers_name(folder: Path) -> None:
    passed(folder)
    told = json.loads((folder / "seal.json").read_text("utf-8"))
    told["key"] = public_text(Ed25519PrivateKey.generate())
    (folder / "seal.json").write_text(json.dumps(told), "utf-8")


def with_an_older_seal(folder: Path) -> None:
    passed(folder)
    good = sample_run(folder.parent.parent / "elsewhere", folder.name)
    shutil.copy(good.folder / "seal.json", folder / "seal.json")


def results_linked(folder: Path) -> None:
    good = sample_run(folder.parent.parent / "elsewhere", folder.name)
    (folder / "results.ndjson").unlink()
    (folder / "results.ndjson").symlink_to(good.folder / "results.ndjson")


WAYS: dict[str, Callable[[Path], object]] = {
    "a failure turned into a pass": passed,
    "failures taken out": without_failures,
    "no seal": lambda folder: (
        passed(folder),
        (folder / "seal.json").rename(folder / "once.json"),
    ),
    "a seal that is none": lambda folder: (
        passed(folder),
        (folder / "seal.json").write_text("{}"),
    ),
    "sealed by a stranger": sealed_by_a_stranger,
    "a stranger's name in the seal": with_a_strangers_name,
    "the seal of another record": with_an_older_seal,
    "results of another record": results_linked,
    "another subject": lambda folder: (
        passed(folder),
        replaced(folder, "run.json", "sha256:5f2a9c31", "sha256:00000000"),
    ),
    "another grade": lambda folder: (
        passed(folder),
        replaced(folder, "run.json", '"grade": "simulated"', '"grade": "production"'),
    ),
    "a waiver": lambda folder: (
        passed(folder),
        (folder / "snapshots" / "waivers.json").write_text("[]"),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_record_that_was_touched_is_never_go_and_the_page_says_why(runs: Path, way: str) -> None:
    record = sample_run(runs, change=FAILS)
    assert judge_record(record).doubts == ()
    WAYS[way](record.folder)
    told = CliRunner().invoke(command, [str(record.folder)], standalone_mode=False)
    assert told.return_value in (1, 2)
    assert "REHEARSAL GO" not in told.output
    (doubt,) = judge_record(RunRecord.open(record.folder)).doubts
    assert "seal" in doubt.en
    page = (record.folder / PAGE).read_text("utf-8")
    assert doubt.zh in page


@pytest.mark.parametrize("way", WAYS)
def test_what_was_touched_feeds_no_later_run_and_is_named(runs: Path, way: str) -> None:
    earlier = sample_run(runs, "earlier", change=FAILS)
    WAYS[way](earlier.folder)
    subject = "sha256:00000000" if way == "another subject" else "sha256:5f2a9c31"
    history = collect(runs, subject=subject, before=START + HOUR, but_not="now")
    assert history.rows == ()
    assert [each.run for each in history.passed_over] == ["earlier"]


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "artifacts" / "pay-02-1.png").rename(folder / "elsewhere.png"),
        lambda folder: (folder / "artifacts" / "more.png").write_bytes(b"x"),
        lambda folder: (folder / "artifacts" / "pay-02-1.png").write_bytes(b"x"),
        lambda folder: (folder / "snapshots" / "history.json").write_text("[]"),
        lambda folder: shutil.copytree(folder / "artifacts", folder / "measurements"),
        lambda folder: shutil.copytree(folder / "artifacts", folder / "artifacts" / "more"),
    ],
    ids=["moved away", "added", "changed", "history", "measured", "copied"],
)
def test_every_file_of_the_record_is_under_the_seal(runs: Path, harm: Callable[[Path], object]) -> None:
    sample_run(runs, "older")
    record = sample_run(runs, "run", start=START + HOUR)
    assert judge_record(record).gates["rehearsal"].verdict == "GO"
    harm(record.folder)
    judgement = judge_record(record)
    assert judgement.gates["rehearsal"].verdict == "NOT YET"
    assert "altered after it was sealed" in judgement.doubts[0].en


@pytest.mark.parametrize("name", ["results.ndjson", "run.json", "snapshots/history.json", "artifacts"])
@pytest.mark.parametrize("whole", [True, False])
def test_a_link_in_the_record_breaks_a_seal_that_was_made_over_it(runs: Path, name: str, whole: bool) -> None:
    record = sample_run(runs)
    elsewhere = runs.parent / "elsewhere"
    (record.folder / name).rename(elsewhere)
    (record.folder / name).symlink_to(elsewhere)
    seal(record.folder, record.meta.id)
    broken = record.broken_seal(whole=whole)
    assert broken is not None
    assert name in broken.why.en
    assert judge_record(RunRecord.open(record.folder)).gates["rehearsal"].verdict == "NOT YET"


def test_reports_that_are_built_are_no_part_of_the_record(rehearsed: RunRecord) -> None:
    build(rehearsed.folder)
    assert build(rehearsed.folder).gates["rehearsal"].verdict == "GO"


def test_lines_written_by_hand_beside_the_runs_count_for_nothing(runs: Path) -> None:
    real = sample_run(runs, "real")
    forged = runs / "forged"
    forged.mkdir()
    meta = json.loads((real.folder / "run.json").read_text("utf-8")) | {"id": "forged", "grade": "production"}
    (forged / "run.json").write_text(json.dumps(meta), "utf-8")
    line = real.folder.joinpath("results.ndjson").read_text("utf-8").splitlines()[0]
    rows = [
        json.dumps(json.loads(line) | {"control": each.id, "grade": "production"}) for each in load().controls
    ]
    (forged / "results.ndjson").write_text("\n".join(rows) + "\n", "utf-8")
    honest = sample_run(runs, "honest", start=START + HOUR)
    verdicts = [each.verdict for each in judge_record(honest).gates.values()]
    assert verdicts == ["GO", "NOT YET", "NOT YET"]


def test_a_sealed_row_is_worth_no_more_than_its_run(runs: Path) -> None:
    few = ("CBK-11", "CBK-02")
    record = sample_run(
        runs,
        registered=few,
        change=lambda check: check.model_copy(update={"grade": Grade.PRODUCTION}),
    )
    judgement = judge_record(record)
    statuses = {each.id: each for each in judgement.controls}
    assert {statuses[id_].grade for id_ in few} == {"simulated"}
    assert {id_ for id_, each in statuses.items() if each.runs} == set(few)


def test_a_killed_run_has_no_seal_and_says_so(runs: Path) -> None:
    record = sample_run(runs, finished=False)
    (doubt,) = judge_record(record).doubts
    assert "no seal" in doubt.en


@pytest.fixture
def colleague(tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """Another user of the harness, with a key of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_FILE, str(tmp_path / "colleague.key"))
        yield patch


def test_a_record_of_a_colleague_counts_where_their_key_is_pinned(
    runs: Path, colleague: pytest.MonkeyPatch
) -> None:
    record = sample_run(runs)
    theirs = public_text(own_key())
    colleague.undo()
    assert theirs in judge_record(record).doubts[0].en
    colleague.setenv(TRUSTED, f"ed25519:nonsense, {theirs}")
    assert judge_record(record).gates["rehearsal"].verdict == "GO"


def test_page_and_json_say_whose_key_sealed_each_run_that_the_verdict_rests_on(
    runs: Path, colleague: pytest.MonkeyPatch
) -> None:
    theirs = public_text(own_key())
    sample_run(runs, "theirs", change=lambda each: each if each.control == "CBK-11" else None)
    colleague.undo()
    colleague.setenv(TRUSTED, theirs)
    sample_run(
        runs,
        "ours",
        start=START + HOUR,
        change=lambda each: each if each.control == "CBK-03" else None,
    )
    record = sample_run(
        runs,
        "now",
        start=START + 2 * HOUR,
        change=lambda each: None if each.control in ("CBK-03", "CBK-11") else each,
    )
    assert build(record.folder).gates["rehearsal"].verdict == "GO"
    report = json.loads((record.folder / "report.json").read_text("utf-8"))
    ours = public_text(own_key())
    assert report["sealed_by"] == ours
    assert [
        (each["run"], each["sealed_by"], each["key"], each["controls"]) for each in report["history"]
    ] == [
        ("ours", ours, "own", ["CBK-03"]),
        ("theirs", theirs, "foreign", ["CBK-11"]),
    ]
    page = (record.folder / PAGE).read_text("utf-8")
    table = page[page.index('id="history"') :].partition("</section>")[0]
    for told in (
        theirs,
        "a foreign key, trusted here",
        "别的密钥，受信任",
        "the key of this run",
        "与本次运行相同的密钥",
    ):
        assert told in table
    assert 'href="#CBK-11"' in table


def test_a_run_that_rests_on_no_other_shows_no_history(runs: Path) -> None:
    record = sample_run(runs)
    build(record.folder)
    assert 'id="history"' not in (record.folder / PAGE).read_text("utf-8")


def test_history_of_an_older_record_says_that_its_keys_are_not_recorded(runs: Path) -> None:
    sample_run(runs, "earlier", change=lambda each: each if each.control == "CBK-11" else None)
    record = sample_run(
        runs,
        "now",
        start=START + HOUR,
        change=lambda each: None if each.control == "CBK-11" else each,
    )
    rows = record.read_snapshot("history")
    record.snapshot("history", [{name: row[name] for name in row if name != "sealed_by"} for row in rows])
    (told,) = judge_record(record).history
    assert (told.run, told.sealed_by, told.key) == ("earlier", "", "unknown")
