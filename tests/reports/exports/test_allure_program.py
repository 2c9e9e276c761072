"""Allure 3 itself makes a report of our results: categories by whose turn it is, a trend over two runs."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.core.control import Outcome
from harness.evidence import RunRecord
from reports.build import build
from tests.interop.node_side import PACKAGES, node_program
from tests.reports.exports.conftest import _flawed
from tests.reports.sample_run import START, outcomes, sample_run

LIMIT_S = 240


def generate(record: RunRecord, command: str = "awesome") -> Path:
    """Run the program in a run's folder as its reader would; returns the report's folder."""
    done = subprocess.run(
        [node_program("allure"), str(PACKAGES / "allure" / "cli.js"), command],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
        cwd=record.folder,  # to which Allure takes its settings' paths, and nowhere else
        env={"PATH": os.environ["PATH"], "HOME": str(record.folder), "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return record.folder / "allure-report"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunRecord, Path, RunRecord, Path]:
    """Two nights: one in which much went wrong, and one in which some of it was mended."""
    runs = tmp_path_factory.mktemp("allure") / "runs"
    first = sample_run(runs, "run-1", change=_flawed)
    second = sample_run(
        runs, "run-2", start=START + timedelta(days=1), change=outcomes({"CBK-11": Outcome.FAIL})
    )
    made = []
    for record in (first, second):
        build(record.folder)
        made.append(generate(record))
    return first, made[0], second, made[1]


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / "widgets" / name).read_text("utf-8"))


def results(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(folder.rglob("data/test-results/*.json"))]


def test_it_shows_every_check_with_its_status(reports: tuple[RunRecord, Path, RunRecord, Path]) -> None:
    first, made, _, _ = reports
    shown = [each for each in results(made) if not each.get("hidden") and not each.get("isRetry")]
    assert len(shown) == len(first.checks)
    counted = Counter(each["status"] for each in shown)
    assert (counted["failed"], counted["broken"], counted["unknown"]) == (3, 2, 1)


def test_what_went_wrong_stands_in_the_category_of_whoever_mends_it(
    reports: tuple[RunRecord, Path, RunRecord, Path],
) -> None:
    text = json.dumps(read(reports[1], "categories.json"))
    for name in (
        "A defect of the merchant",
        "A defect of the payment endpoint",
        "The harness broke",
        "The environment did not answer",
        "Not decided: nothing proven either way",
    ):
        assert name in text
    assert "Whose defect it is" not in text


def test_it_knows_in_what_surroundings_the_run_was_made(
    reports: tuple[RunRecord, Path, RunRecord, Path],
) -> None:
    told = {each["name"]: each["values"] for each in read(reports[1], "allure_environment.json")}
    assert told["run"] == ["run-1"]
    assert told["host"] == ["127.0.0.1:8765"]


def test_the_second_night_knows_the_first(reports: tuple[RunRecord, Path, RunRecord, Path]) -> None:
    first, _, second, made = reports
    points = (first.folder.parent / "allure-history.jsonl").read_text("utf-8").splitlines()
    assert len(points) == 2
    of = {each["name"][:6]: each for each in results(made)}
    assert [each["status"] for each in of["CBK-11"]["history"]] == ["failed"]
    assert [each["status"] for each in of["MCP-04"]["history"]] == ["failed"]
    assert of["MCP-04"]["status"] == "passed"
    assert second.meta.id == "run-2"


def test_a_picture_is_in_the_report(reports: tuple[RunRecord, Path, RunRecord, Path]) -> None:
    first, made, _, _ = reports
    pictures = {path.read_bytes() for path in made.rglob("*.png")}
    for check in first.checks:
        for artifact in check.artifacts:
            assert (first.folder / artifact.path).read_bytes() in pictures


def test_hostile_words_are_taken_too(hostile: RunRecord) -> None:
    build(hostile.folder)
    assert len(results(generate(hostile, "generate"))) == len(hostile.checks)
