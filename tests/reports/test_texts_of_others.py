"""What a merchant or an endpoint wrote stands in page and exports as text, and commands nobody."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from harness.core.control import Blame, Check, Outcome
from harness.evidence import RunRecord
from reports.build import build
from tests.reports.sample_run import START, check, meta, sample_run

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x00\r\u202eOG\u202c \x9b31m \ud83d \u2066\ufffe"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run whose folder, messages and names carry everything that terminals and parsers obey."""
    folder = tmp_path_factory.mktemp("runs") / "run\x1b[2J\u202e"
    record = sample_run(folder.parent, folder.name, change=_spoken, host=HOSTILE, faults=(HOSTILE,))
    build(record.folder)
    return record.folder


def _spoken(plain: Check) -> Check:
    said = {
        "outcome": Outcome.FAIL,
        "blame": Blame.MERCHANT,
        "message": HOSTILE,
        "scenario": f"{plain.scenario}[{HOSTILE}]",
    }
    return Check.model_validate(dict(plain) | said)


def test_nothing_of_it_is_raw_in_any_file(hostile: Path) -> None:
    written = [path for path in hostile.rglob("*") if path.suffix in {".json", ".ndjson", ".xml", ".html"}]
    assert len(written) > 8
    for path in written:
        for line in path.read_bytes().decode().split("\n"):
            assert line.replace("\t", "").isprintable(), (path.name, line[:200])


def test_every_parser_reads_its_file(hostile: Path) -> None:
    failures = ET.parse(hostile / "junit.xml").findall(".//failure")  # noqa: S314 - made here
    assert failures
    results = [json.loads(path.read_bytes()) for path in (hostile / "allure-results").glob("*-result.json")]
    assert any("\\x1b[2J" in result["statusDetails"]["message"] for result in results)
    controls = json.loads((hostile / "report.json").read_bytes())["controls"]
    assert any("\\ud83d" in control["message"] for control in controls)


def test_half_an_emoji_leaves_the_record_readable(tmp_path: Path) -> None:
    record = RunRecord.create(tmp_path / "runs" / "one", meta("one"))
    record.append(check("CBK-03", message="said \ud83d"))
    record.append_line("artifacts/exchanges.ndjson", {"response_body": "\ud83d", "\ude00": ["\x9b"]})
    record.finish(ended=START + timedelta(seconds=9), interrupted=False, faults=["\ud83d"])
    again = RunRecord.open(record.folder)
    assert (again.checks[0].message, again.meta.faults) == ("said \\ud83d", ("\\ud83d",))
    (line,) = (record.folder / "artifacts" / "exchanges.ndjson").read_text("utf-8").splitlines()
    assert json.loads(line) == {"response_body": "\\ud83d", "\\ude00": ["\x9b"]}
    assert line.isprintable()
