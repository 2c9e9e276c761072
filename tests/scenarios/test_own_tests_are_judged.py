"""CFG-13 and CFG-14 by papers: forged and lacking ones are caught, right ones are left alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harness.cli import golive
from harness.core.clock import BEIJING, wire_now
from harness.merchant.own_tests import OwnTests, Phase
from harness.merchant.portal import Portal
from harness.plugin.fixtures.own_tests import ImportedTests
from harness.plugin.fixtures.portal_settings import confirmation
from harness.plugin.session.journal import Journal
from harness.plugin.target.prerequisites import NotStartedError
from scenarios.configuration.test_own_tests import test_your_own_tests_passed_without_skipping as judged_alone


class Nowhere:
    def add_artifact(self, name: str, data: bytes) -> str:
        raise AssertionError(name)


def judged(*results: OwnTests) -> Journal:
    journal = Journal(Nowhere(), "own-tests")
    judged_alone(ImportedTests({each.phase: each for each in results}), journal)
    return journal


def ran(phase: Phase, **changes: Any) -> OwnTests:
    right = OwnTests(phase=phase, form="junit", source="r.xml", sha256="0" * 64, ran=wire_now(), passed=12)
    return right.model_copy(update=changes)


ALL = [ran(phase) for phase in Phase]


def test_three_fresh_phases_that_ran_are_a_pass() -> None:
    journal = judged(*ALL)
    assert (len(journal.observations), journal.doubts, journal.warnings) == (3, [], [])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"failed": ("pays",), "failed_count": 1}, "1 unit tests failed: pays"),
        ({"skipped": ("later",), "skipped_count": 1}, "1 unit tests did not run: later"),
    ],
)
def test_a_failure_and_what_passed_by_skipping_fail_it(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        judged(ran(Phase.UNIT, **changes), *ALL[1:])


@pytest.mark.parametrize("age", [timedelta(days=8), timedelta(hours=-1)])
def test_what_is_old_or_of_the_future_is_open(age: timedelta) -> None:
    assert len(judged(ran(Phase.UNIT, ran=wire_now() - age), *ALL[1:]).doubts) == 1


def test_a_phase_that_is_missing_is_open() -> None:
    assert judged(*ALL[:2]).doubts == ["no results of end-to-end tests were imported"]


def test_retries_are_a_warning() -> None:
    assert judged(ran(Phase.UNIT, lucky=("flaky",)), *ALL[1:]).warnings


def confirmed(papers: Path) -> str:
    return confirmation(Portal.read(papers), "h5-domain", wire_now().astimezone(BEIJING).date())


def test_a_portal_setting_is_for_a_person_until_a_picture_is_there(tmp_path: Path) -> None:
    with pytest.raises(NotStartedError, match="golive portal --confirm h5-domain"):
        confirmed(tmp_path)
    (tmp_path / "h5.png").write_bytes(b"a picture")
    arguments = ["portal", "--papers", str(tmp_path), "--confirm", "h5-domain", "--lang", "en"]
    arguments += ["--file", str(tmp_path / "h5.png"), "--by", "portal administrator"]
    done = CliRunner().invoke(golive, arguments)
    assert (done.exit_code, "✓ h5-domain" in done.output, "✗ apiv3-key" in done.output) == (2, True, True)
    assert "portal administrator" in confirmed(tmp_path)


def test_an_import_is_kept_and_says_what_was_skipped(tmp_path: Path) -> None:
    (tmp_path / "r.xml").write_text(
        "<testsuite><testcase name='a'/><testcase name='b'><skipped/></testcase></testsuite>"
    )
    arguments = [
        "import",
        "junit",
        str(tmp_path / "r.xml"),
        "--into",
        str(tmp_path / "imports"),
        "--lang",
        "en",
    ]
    done = CliRunner().invoke(golive, arguments)
    assert done.exit_code == 1
    assert "1 passed, 0 failed, 1 skipped" in done.output
    assert (tmp_path / "imports" / "unit.json").is_file()
