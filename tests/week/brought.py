"""What people bring in a week that no night can: their own tests, scans, the portal's pictures, papers.

Where a command takes the moment from what it is given, the command itself brings it; where it asks the
clock, the function behind the command is told what day is played.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from click.testing import CliRunner

from harness.cli import golive
from harness.core.clock import BEIJING
from harness.core.control import Check, Grade, Method
from harness.merchant.own_tests import FOLDER, read_kept
from harness.merchant.portal import SETTINGS, Portal
from harness.plugin import ImportedTests, VulnerabilityScans
from harness.plugin.fixtures.portal_settings import confirmation
from harness.scans.added import read_added
from harness.verdict.papers import wants_two_persons
from reports.checklist import load
from scenarios.configuration import test_own_tests, test_portal
from scenarios.security import test_vulnerability_scans
from tests.reports.people.signed import APPROVER, AUTHOR, Office
from tests.scans.test_vulnerabilities import npm
from tests.week.exercised import Act, exercised

COMPANY = ("APP-01", "APP-02", "APP-03", "APP-04")
"""The papers without which nobody gets the experience edition."""
OWN_TESTS = test_own_tests.test_your_own_tests_passed_without_skipping
PORTAL = test_portal.test_the_portal_setting_is_confirmed
SCANS = test_vulnerability_scans.test_scanners_find_nothing_severe


class Brought:
    """The folders beside the runs of a week."""

    def __init__(self, place: Path, office: Office) -> None:
        self.place = place
        self.office = office

    def own_tests(self, moment: datetime) -> None:
        """`golive import`, once for each of the plan's three phases."""
        stamp = moment.isoformat()
        suite = (
            f'<testsuite timestamp="{stamp}"><testcase classname="orders" name="are paid once"/></testsuite>'
        )
        (self.place / "junit.xml").write_text(suite, "utf-8")
        ran = {"title": "pays", "tests": [{"status": "expected", "expectedStatus": "passed"}]}
        browser = {"stats": {"startTime": stamp, "duration": 900}, "suites": [{"specs": [ran]}], "errors": []}
        (self.place / "playwright.json").write_text(json.dumps(browser), "utf-8")
        for form, file, *more in (
            ("junit", "junit.xml", "--as=unit"),
            ("junit", "junit.xml", "--as=integration"),
            ("playwright", "playwright.json"),
        ):
            self._golive("import", form, str(self.place / file), f"--into={self.place / FOLDER}", *more)

    def scan(self, moment: datetime) -> None:
        """`golive scanned`."""
        (self.place / "audit.json").write_text(json.dumps(npm("moderate")), "utf-8")
        given = (f"--papers={self.office.folder}", f"--finished={moment.isoformat()}")
        self._golive("scanned", str(self.place / "audit.json"), *given)

    def portal(self, moment: datetime) -> None:
        """`golive portal --confirm`, for all that is set there."""
        picture = self.place / "portal.png"
        picture.write_bytes(b"a picture of the page")
        for setting in SETTINGS:
            confirmed = Portal.read(self.office.folder)
            confirmed.confirm(setting.id, picture, by="portal administrator", today=moment.date())

    def other_papers(self, subject: str) -> None:
        """`golive attest` and `golive approve`, for every paper of the plan that is not there yet."""
        there = {each.control for each in self.office.papers().entries}
        for control in load().controls:
            if Method.ATTEST not in control.methods or control.id in there:
                continue
            self.office.attest(control.id, AUTHOR, subject=subject)
            if wants_two_persons(control):
                self.office.approve(control.id, APPROVER)

    def judged(self, check: Check, subject: str) -> tuple[Check, ...]:
        """What a check says of what lies here when it begins; while nothing does, it stays as it was."""
        if check.control == "CFG-13" and (kept := read_kept(self.place / FOLDER)):
            tests = ImportedTests(kept, check.started)
            return _again(check, lambda journal: OWN_TESTS(tests, journal))
        if check.control == "SEC-09" and (added := read_added(self.office.folder)):
            scans = VulnerabilityScans(tuple(added), self.office.folder, subject, check.started)
            return _again(check, lambda journal: SCANS(scans, journal))
        setting = check.scenario.rpartition("[")[2].rstrip("]")
        if check.control == "CFG-14" and setting in test_portal.CONFIRMED and check.grade > Grade.SIMULATED:
            portal, day = Portal.read(self.office.folder), check.started.astimezone(BEIJING).date()
            return _again(check, lambda journal: PORTAL(setting, confirmation(portal, setting, day), journal))
        return (check,)

    def _golive(self, *arguments: str) -> None:
        done = CliRunner().invoke(golive, list(arguments), catch_exceptions=False)
        assert done.exit_code == 0, done.output


def _again(check: Check, act: Act) -> tuple[Check, ...]:
    return exercised(check.control, check.scenario, act, moment=check.started, grade=check.grade)
