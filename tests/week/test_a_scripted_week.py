"""Seven nights, two persons, one waiver, and a red night that starts the clock again (P§4).

One real rehearsal is graded as if it had been made at the experience edition; see `nights`.
"""

from __future__ import annotations

import pytest

from harness.core.control import Outcome
from harness.evidence import RunRecord
from harness.verdict import GateVerdict, Judgement, Standing
from tests.reports.people.signed import APPROVER, AUTHOR
from tests.scenarios.shared_rehearsal import whole_rehearsal
from tests.week.nights import Nights, failing

COMPANY = ("APP-01", "APP-02", "APP-03", "APP-04")
LATE = failing("PAY-09", "an expired code is shown again")
RED = failing("CBK-11", "a duplicate was credited twice")
RED_NIGHT, SEVENTH = 2, 10
"""Days after the first Monday: Wednesday, and the night after seven whole days since."""


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    """The whole story, told once."""
    place = tmp_path_factory.mktemp("week")
    rehearsed = whole_rehearsal(tmp_path_factory)
    assert rehearsed.code == 0, rehearsed.output
    return Week(Nights(place, RunRecord.open(rehearsed.folder)))


class Week:
    """What each night and each morning said."""

    def __init__(self, nights: Nights) -> None:
        self.nights: dict[int, Judgement] = {}
        self.mornings: dict[int, Judgement] = {}
        office = nights.office
        for day in range(SEVENTH + 1):
            self.nights[day] = nights.night(day, LATE, *([RED] if day == RED_NIGHT else []))
            if day == 1:  # Tuesday: the papers, and a failure to live with
                subject = nights.status(0).record.meta.subject
                for control in COMPANY:
                    office.attest(control, AUTHOR, subject=subject)
                office.attest("OPS-02", AUTHOR)
                office.waive("PAY-09", days=20)
            if day == 3:  # Thursday: the second person has read it
                office.approve("OPS-02", APPROVER)
            self.mornings[day] = nights.status(day).judgement

    def experience(self, day: int) -> GateVerdict:
        return self.mornings[day].gates["experience"]


def missing(verdict: GateVerdict) -> set[str]:
    return {each.control for each in verdict.missing}


def standing(judgement: Judgement, control: str) -> Standing:
    (found,) = (each for each in judgement.controls if each.id == control)
    return found.status


def found_of_days(judgement: Judgement) -> Outcome:
    (own,) = (each for each in judgement.controls if each.id == "STB-01")
    (check,) = own.checks
    return check.outcome


def test_on_monday_it_is_no_go_for_what_fails(week: Week) -> None:
    assert week.experience(0).verdict == "NO-GO"
    assert missing(week.experience(0)) == {"PAY-09", *COMPANY}


def test_a_waiver_and_papers_let_it_go(week: Week) -> None:
    assert week.experience(1).verdict == "GO"
    assert standing(week.mornings[1], "PAY-09") is Standing.WAIVED


def test_a_night_knows_the_papers_that_were_signed_before_it(week: Week) -> None:
    assert week.nights[1].gates["experience"].verdict == "NO-GO"
    assert week.nights[3].gates["experience"].verdict == "GO"


def test_a_paper_about_operations_waits_for_another_person(week: Week) -> None:
    assert standing(week.mornings[1], "OPS-02") is Standing.NEEDS_HUMAN
    assert standing(week.mornings[3], "OPS-02") is Standing.PASS


def test_the_red_night_is_no_go_and_the_next_green_one_is_not(week: Week) -> None:
    red, next_ = week.experience(RED_NIGHT), week.experience(RED_NIGHT + 1)
    assert (red.verdict, next_.verdict) == ("NO-GO", "GO")
    assert missing(red) == {"CBK-11"}


def test_the_red_night_starts_the_seven_days_again(week: Week) -> None:
    by_day = [found_of_days(week.nights[day]) for day in range(SEVENTH + 1)]
    assert by_day[: RED_NIGHT + 1] == [Outcome.INCONCLUSIVE] * 3
    assert by_day[RED_NIGHT + 1] is Outcome.FAIL, "no whole day has passed since"
    assert by_day[RED_NIGHT + 2 : SEVENTH] == [Outcome.INCONCLUSIVE] * (SEVENTH - RED_NIGHT - 2)
    assert by_day[SEVENTH] is Outcome.PASS


def test_it_ends_with_seven_quiet_days_and_what_still_is_missing(week: Week) -> None:
    last = week.mornings[SEVENTH]
    assert week.experience(SEVENTH).verdict == "GO"
    production = last.gates["production"]
    assert production.verdict == "NOT YET"
    assert "STB-01" not in missing(production)
    assert {"OPS-01", "BIZ-01", "CFG-11"} <= missing(production)
    assert standing(last, "PAY-09") is Standing.WAIVED
