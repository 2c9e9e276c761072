"""docs/exports.md names every member of report.json, so that whoever reads it by program need not guess."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from harness.evidence import RunRecord
from harness.verdict.price import Missing
from reports.build import build
from tests.reports.sample_run import sample_run

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    record: RunRecord = sample_run(tmp_path_factory.mktemp("runs"))
    build(record.folder)
    found: dict[str, object] = json.loads((record.folder / "report.json").read_bytes())
    return found


@pytest.mark.parametrize("page", ["exports.md", "exports.zh-CN.md"])
def test_every_member_of_the_json_report_is_explained(page: str, report: dict[str, object]) -> None:
    named = {
        word.rpartition(".")[2]
        for word in re.findall(r"`([a-z0-9_.*\[\]]+)`", (DOCS / page).read_text("utf-8"))
    }
    gate = next(iter(report["gates"].values()))  # type: ignore[attr-defined]
    control = report["controls"][0]  # type: ignore[index]
    nested = {*report["tally"], *report["readiness"], *Missing.model_fields}  # type: ignore[misc]
    assert {*report, *gate, *control, *nested} - named == set()
