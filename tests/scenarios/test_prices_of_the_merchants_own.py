"""An app whose prices are its own is judged by them, and accused of nothing but what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from harness.core.control import Outcome
from tests.scenarios.outside_app import started

OWN_PRICE = (r"^# price_yuan = .*$", "")
NAMED = (r"^build = .*$", 'build = "app-1"\nprice_yuan = "88.00"')
RIGHT = "PAY-01,PAY-02,PAY-03,PAY-07,PAY-12,PAY-15,EXP-01,EXP-02,EXP-04"


def test_nothing_but_the_unverified_callbacks_of_such_an_app_fails(tmp_path: Path) -> None:
    with started(tmp_path, "true", "own-price-skips-signature") as app:
        run = app.judged(tmp_path, f"{RIGHT},CBK-02", OWN_PRICE, NAMED)
    failed = [check for check in run.checks if check.outcome is Outcome.FAIL]
    # Money that a forgery made up stands in its books alone: that is the same fault (RCN-03).
    assert {check.control for check in failed} == {"CBK-02", "RCN-03"}, [check.message for check in failed]
    assert all("scenarios/callbacks/" in check.scenario for check in failed), [
        check.scenario for check in failed
    ]
    for control in RIGHT.split(","):
        assert run.outcomes(control) <= {Outcome.PASS, Outcome.NOT_APPLICABLE}, (control, run.output)
        assert Outcome.PASS in run.outcomes(control), (control, run.output)
