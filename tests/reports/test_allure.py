"""What Allure is given: a result a check, under sections and controls; only what passed is passed."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from harness.core.control import Artifact, Blame, Check, Outcome, Text
from harness.evidence import RunRecord
from reports.build import PAGE, build
from tests.reports.sample_run import outcomes, sample_run


def results(record: RunRecord) -> list[dict[str, Any]]:
    folder = record.folder / "allure-results"
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*-result.json"))]


def of(control: str, record: RunRecord) -> dict[str, Any]:
    return next(each for each in results(record) if each["titlePath"][-1] == control)


def labels(result: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in result["labels"]}


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_check_is_a_result_under_its_section_and_control(runs: Path) -> None:
    record = sample_run(runs)
    build(record.folder)
    assert len(results(record)) == len(record.checks)
    found = of("CBK-02", record)
    assert found["status"] == "passed"
    assert labels(found)["severity"] == "blocker"
    assert labels(found)["feature"].startswith("CBK ")
    assert labels(found)["story"].startswith("CBK-02 ")
    assert found["stop"] >= found["start"]


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.FAIL, "failed"),
        (Outcome.HARNESS_ERROR, "broken"),
        (Outcome.INCONCLUSIVE, "unknown"),
        (Outcome.NEEDS_HUMAN, "unknown"),
        (Outcome.NOT_APPLICABLE, "skipped"),
        (Outcome.WARN, "passed"),
    ],
)
def test_only_a_pass_is_passed(runs: Path, outcome: Outcome, status: str) -> None:
    record = sample_run(runs, change=outcomes({"CBK-11": outcome}))
    build(record.folder)
    assert of("CBK-11", record)["status"] == status
    assert of("CBK-11", record)["statusDetails"]["message"].startswith(outcome.value)


def test_a_check_that_exercised_nothing_is_not_passed(runs: Path) -> None:
    record = sample_run(runs, change=lambda each: each.model_copy(update={"exercised": 0}))
    build(record.folder)
    assert {each["status"] for each in results(record)} == {"unknown"}


def test_what_the_environment_broke_is_broken(runs: Path) -> None:
    def unreachable(check: Check) -> Check:
        return check.model_copy(update={"outcome": Outcome.INCONCLUSIVE, "blame": Blame.ENVIRONMENT})

    record = sample_run(runs, change=unreachable)
    build(record.folder)
    assert {each["status"] for each in results(record)} == {"broken"}


def test_what_spoils_the_whole_run_stands_beside_its_results(runs: Path) -> None:
    record = sample_run(runs, faults=("a worker broke",), interrupted=True)
    build(record.folder)
    (place,) = (record.folder / "allure-results").glob("*-globals.json")
    said = [each["message"] for each in json.loads(place.read_text("utf-8"))["errors"]]
    assert said == [
        "harness error: a worker broke",
        "the run was interrupted: what it says is incomplete",
    ]


def test_no_step_of_a_failure_claims_to_have_passed(runs: Path) -> None:
    record = sample_run(runs)
    stepped = next(check.control for check in record.checks if check.steps)
    failed = sample_run(runs, "failed", change=outcomes({stepped: Outcome.FAIL}))
    for each in (record, failed):
        build(each.folder)
    assert {step.get("status") for step in of(stepped, record)["steps"]} == {"passed"}
    assert {step.get("status") for step in of(stepped, failed)["steps"]} == {None}


def test_a_failure_says_how_it_is_mended(runs: Path) -> None:
    record = sample_run(runs, change=outcomes({"CBK-11": Outcome.FAIL}))
    build(record.folder)
    details = of("CBK-11", record)["statusDetails"]["message"]
    assert len(details.splitlines()) >= 4, details


def test_pictures_come_with_their_check(runs: Path) -> None:
    record = sample_run(runs)
    build(record.folder)
    pictured = next(check for check in record.checks if check.artifacts)
    attachments = of(pictured.control, record)["attachments"]
    assert len(attachments) == len(pictured.artifacts)
    for attachment, artifact in zip(attachments, pictured.artifacts, strict=True):
        kept = record.folder / "allure-results" / attachment["source"]
        assert kept.read_bytes() == (record.folder / artifact.path).read_bytes()


def test_a_record_without_its_pictures_still_has_results(runs: Path) -> None:
    record = sample_run(runs)
    for picture in (record.folder / "artifacts").glob("*.png"):
        picture.unlink()
    build(record.folder)
    assert len(results(record)) == len(record.checks)


def test_a_report_built_again_is_the_same_to_the_byte_and_nothing_stale_stays(runs: Path) -> None:
    record = sample_run(runs)
    build(record.folder)
    folder = record.folder / "allure-results"
    before = files(folder)
    (folder / "stale-result.json").write_text("{}")
    build(record.folder)
    assert files(folder) == before


def test_a_check_keeps_its_history_from_run_to_run(runs: Path) -> None:
    first, second = sample_run(runs, "run-1"), sample_run(runs, "run-2")
    for record in (first, second):
        build(record.folder)
    one, two = of("CBK-02", first), of("CBK-02", second)
    assert one["historyId"] == two["historyId"]
    assert one["uuid"] != two["uuid"]


def test_wires_are_told_apart(runs: Path) -> None:
    def over_mcp(check: Check) -> Check:
        return check.model_copy(update={"dialect": "mcp"}) if check.control == "CBK-02" else check

    one, two = sample_run(runs, "run-1"), sample_run(runs, "run-2", change=over_mcp)
    for record in (one, two):
        build(record.folder)
    assert of("CBK-02", one)["historyId"] != of("CBK-02", two)["historyId"]
    assert of("CBK-02", two)["name"].endswith("[mcp]")


def test_a_scenario_that_comes_to_the_same_twice_is_two_results_with_the_picture_each(runs: Path) -> None:
    record = sample_run(runs)
    pictured = next(check for check in record.checks if check.artifacts)
    record.append(pictured)
    build(record.folder)
    found = [each for each in results(record) if each["titlePath"][-1] == pictured.control]
    sources = [attachment["source"] for each in found for attachment in each["attachments"]]
    assert len(results(record)) == len(record.checks)
    assert len(set(sources)) == len(sources) == 2 * len(pictured.artifacts)
    assert all((record.folder / "allure-results" / source).is_file() for source in sources)


@pytest.mark.parametrize("way", ["..", "root", "link", "folder of links", "far too long"])
def test_what_lies_outside_the_record_is_shown_and_copied_nowhere(runs: Path, way: str) -> None:
    private = runs / "private.png"
    path = {
        "..": "artifacts/../../private.png",
        "root": str(private),
        "link": "artifacts/link.png",
        "folder of links": "artifacts/linked/private.png",
        "far too long": "artifacts/" + "x" * 5000 + ".png",
    }[way]

    def pictured(check: Check) -> Check:
        if check.control != "CBK-02":
            return check
        artifact = Artifact(path=path, kind="screenshot", title=Text.same("a picture"))
        return check.model_copy(update={"artifacts": (artifact,)})

    record = sample_run(runs, change=pictured)
    private.write_bytes(b"\x89PNG somebody's own")
    (record.folder / "artifacts" / "link.png").symlink_to(private)
    (record.folder / "artifacts" / "linked").symlink_to(runs, target_is_directory=True)
    build(record.folder)
    (attachment,) = of("CBK-02", record)["attachments"]
    assert not (record.folder / "allure-results" / attachment["source"]).exists()
    page = (record.folder / PAGE).read_bytes()
    assert b"The picture is no longer in the record" in page
    assert b64encode(private.read_bytes()) not in page


@pytest.mark.parametrize("name", [PAGE, "report.json", "junit.xml", "allure-results"])
def test_nothing_is_written_through_a_link_in_a_record(runs: Path, name: str) -> None:
    record = sample_run(runs)
    target = runs / "somebody's own"
    target.write_text("untouched")
    (record.folder / name).symlink_to(target)
    build(record.folder)
    assert target.read_text() == "untouched"
