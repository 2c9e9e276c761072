"""Seven nights, two persons, one waiver, a red night that starts the clock again, and GO of production (P§4).

One real rehearsal is graded as if it had been made at the platform's editions; see `nights`. No option, file
or variable of the product does that.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from click.testing import CliRunner

from harness.cli import golive
from harness.core.control import Blame, Check, Grade, Outcome
from harness.evidence import RunRecord
from harness.verdict import FRESH, GateVerdict, Judgement, Standing
from reports.earlier_runs import HistoryRow, collect
from reports.judging import judge_record
from reports.people import Kind, PaperEntry, Papers
from tests.scenarios.shared_rehearsal import whole_rehearsal
from tests.week.brought import COMPANY
from tests.week.story import RED_NIGHT, SEVENTH, Week


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    """The whole story, told once."""
    rehearsed = whole_rehearsal(tmp_path_factory)
    assert rehearsed.code == 0, rehearsed.output
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "os.fsync", lambda _: None
        )  # of three thousand slots that are watched; no plug is pulled
        return Week(tmp_path_factory.mktemp("week"), RunRecord.open(rehearsed.folder))


def missing(verdict: GateVerdict) -> set[str]:
    return {each.control for each in verdict.missing}


def standing(judgement: Judgement, control: str) -> Standing:
    (found,) = (each for each in judgement.controls if each.id == control)
    return found.status


def found_of_days(record: RunRecord) -> Outcome:
    (check,) = (each for each in record.checks if each.control == "STB-01")
    return check.outcome


def test_on_monday_it_is_no_go_for_what_fails(week: Week) -> None:
    assert week.experience(0).verdict == "NO-GO"
    assert missing(week.experience(0)) == {"PAY-09", "CFG-14", *COMPANY}


def test_a_waiver_papers_and_pictures_of_the_portal_let_it_go(week: Week) -> None:
    assert week.experience(1).verdict == "GO"
    assert standing(week.mornings[1], "PAY-09") is Standing.WAIVED


def test_a_night_knows_the_papers_that_were_signed_before_it(week: Week) -> None:
    assert judge_record(week.records[1]).gates["experience"].verdict == "NO-GO"
    assert judge_record(week.records[3]).gates["experience"].verdict == "GO"


def test_a_paper_about_operations_waits_for_another_person(week: Week) -> None:
    assert standing(week.mornings[1], "OPS-02") is Standing.NEEDS_HUMAN
    assert standing(week.mornings[3], "OPS-02") is Standing.PASS


def test_the_red_night_is_no_go_and_the_next_green_one_is_not(week: Week) -> None:
    red, next_ = week.experience(RED_NIGHT), week.experience(RED_NIGHT + 1)
    assert (red.verdict, next_.verdict) == ("NO-GO", "GO")
    assert missing(red) == {"CBK-11"}


def test_the_red_night_starts_the_seven_days_again(week: Week) -> None:
    by_day = [found_of_days(week.records[day]) for day in range(SEVENTH + 1)]
    assert by_day[: RED_NIGHT + 1] == [Outcome.INCONCLUSIVE] * 3
    assert by_day[RED_NIGHT + 1] is Outcome.FAIL, "no whole day has passed since"
    assert by_day[RED_NIGHT + 2 : SEVENTH] == [Outcome.INCONCLUSIVE] * (SEVENTH - RED_NIGHT - 2)
    assert by_day[SEVENTH] is Outcome.PASS


def test_seven_quiet_days_alone_open_no_production(week: Week) -> None:
    production = week.mornings[SEVENTH].gates["production"]
    assert production.verdict == "NOT YET"
    papers = {"APP-06", "BIZ-01", "BIZ-02", "BIZ-03", "BIZ-04", "BIZ-05", "SEC-10", "SEC-12"}
    papers |= {"OPS-01", "OPS-03", "OPS-04", "OPS-05", "OPS-06"}
    runs = {"CFG-11", "CFG-13", "PRF-04", "PRF-05", "PRF-06", "SEC-09"}
    assert missing(production) == papers | runs


def test_the_week_ends_with_go_of_production(week: Week) -> None:
    judged = judge_record(week.upgrade)  # by what its record keeps: what its page says
    for each in (judged, week.evening.judgement):
        assert {id_: gate.verdict for id_, gate in each.gates.items()} == dict.fromkeys(each.gates, "GO")
        assert each.milestones == (True, True, True)
        assert each.readiness_percent > 95
    assert standing(judged, "PAY-09") is Standing.WAIVED


def test_status_says_go_of_production_and_ends_with_0(week: Week) -> None:
    nights = week.nights
    given = ["status", f"--runs={nights.runs}", f"--history={nights.history}", "--gate=production"]
    given += [f"--papers={nights.office.folder}", f"--as-of={nights.office.now.isoformat()}", "--lang=en"]
    done = CliRunner().invoke(golive, given, catch_exceptions=False, standalone_mode=False)
    assert (done.return_value, done.output.count("PRODUCTION GO ·")) == (0, 1), done.output


@dataclass(frozen=True)
class Rests:
    """All that the last evening rests on, to be judged without some of it."""

    record: RunRecord
    rows: tuple[HistoryRow, ...]
    papers: Papers

    def without(
        self,
        gone: Callable[[Check], bool] = lambda check: False,
        torn: Callable[[PaperEntry], bool] = lambda entry: False,
        *,
        more: Iterable[Check] = (),
        later: timedelta = timedelta(),
    ) -> GateVerdict:
        """The production gate, where these checks were never made and these papers never signed."""
        record = copy.copy(self.record)
        record.checks = [*(each for each in record.checks if not gone(each)), *more]
        entries = tuple(each for each in self.papers.entries if not torn(each))
        papers = self.papers.model_copy(update={"entries": entries})
        rows = [row for row in self.rows if not gone(row.check)]
        moment = self.papers.taken + later
        return judge_record(record, moment, papers, beside=rows).gates["production"]


@pytest.fixture(scope="module")
def rests(week: Week) -> Rests:
    upgrade = week.upgrade
    beside = collect(
        week.nights.runs, subject=week.nights.subject, before=upgrade.meta.started, but_not=upgrade.meta.id
    )
    return Rests(upgrade, beside.rows, week.nights.office.papers())


def made(control: str, least: Grade = Grade.SIMULATED, part: str = "") -> Callable[[Check], bool]:
    """Checks of a control that are worth so much; of one part of it, where one is named."""
    return lambda check: check.control == control and check.grade >= least and part in check.scenario


def signed(control: str, kind: Kind = Kind.ATTESTATION) -> Callable[[PaperEntry], bool]:
    return lambda entry: (entry.control, entry.kind) == (control, kind)


def test_with_all_of_it_production_is_go(rests: Rests) -> None:
    assert rests.without().verdict == "GO"


@pytest.mark.parametrize(
    ("control", "gone"),
    [
        pytest.param("CBK-03", made("CBK-03"), id="a control nobody exercised"),
        pytest.param("RFD-01", made("RFD-01", part="[alipay"), id="a wire nobody tried"),
        pytest.param("PAY-01", made("PAY-01", Grade.EXPERIENCE), id="a payment at the experience edition"),
        pytest.param("STB-01", made("STB-01"), id="seven quiet days"),
        pytest.param("PRF-02", made("PRF-02", Grade.EXPERIENCE), id="a probe of the experience edition"),
        pytest.param("PRF-04", made("PRF-04"), id="the page on a slow phone"),
        pytest.param("PRF-05", made("PRF-05"), id="a storm of callbacks"),
        pytest.param("PRF-06", made("PRF-06"), id="a climb to the declared peak"),
        pytest.param("CFG-13", made("CFG-13"), id="the app's own tests"),
        pytest.param("SEC-09", made("SEC-09"), id="a scan"),
        pytest.param("CFG-14", made("CFG-14", part="h5-domain"), id="a picture of the portal"),
        pytest.param("CFG-11", made("CFG-11", Grade.PRODUCTION), id="a run at the production edition"),
    ],
)
def test_without_any_kind_of_check_it_is_not_yet(
    rests: Rests, control: str, gone: Callable[[Check], bool]
) -> None:
    verdict = rests.without(gone)
    assert (verdict.verdict, missing(verdict)) == ("NOT YET", {control})


@pytest.mark.parametrize(
    ("control", "torn", "says"),
    [
        pytest.param("APP-02", signed("APP-02"), "NOT YET", id="a paper of the company"),
        pytest.param("BIZ-01", signed("BIZ-01"), "NOT YET", id="an attestation"),
        pytest.param("OPS-01", signed("OPS-01", Kind.APPROVAL), "NOT YET", id="the second person"),
        pytest.param("SEC-10", signed("SEC-10"), "NOT YET", id="a paper beside a test"),
        pytest.param("SEC-12", signed("SEC-12"), "NOT YET", id="a paper about this build"),
        pytest.param("PAY-09", signed("PAY-09", Kind.WAIVER), "NO-GO", id="the waiver"),
    ],
)
def test_without_any_kind_of_paper_it_is_not_go(
    rests: Rests, control: str, torn: Callable[[PaperEntry], bool], says: str
) -> None:
    verdict = rests.without(torn=torn)
    assert (verdict.verdict, missing(verdict)) == (says, {control})


def test_one_failure_more_is_no_go(rests: Rests) -> None:
    found = next(row.check for row in rests.rows if row.check.control == "CBK-02")
    newest = max(check.started for check in rests.record.checks)
    worse = {"outcome": Outcome.FAIL, "blame": Blame.MERCHANT, "started": newest, "duration_s": 0.0}
    verdict = rests.without(more=[found.model_copy(update=worse)])
    assert (verdict.verdict, missing(verdict)) == ("NO-GO", {"CBK-02"})


def test_two_weeks_later_it_is_not_yet(rests: Rests) -> None:
    assert rests.without(later=FRESH).verdict == "NOT YET"
