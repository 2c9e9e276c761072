"""A wire that a merchant is not configured for now is left to another run, and opens no gate."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.outside_app import started

V3_CALLBACKS = ("CBK-02", "CBK-03", "CBK-04", "CBK-06", "CBK-11")


def speaks(dialect: str) -> tuple[str, str]:
    """The profile's line that names the wire."""
    return (r"^dialect = .*$", f'dialect = "{dialect}"')


def test_callbacks_of_the_classic_fallback_are_not_passed_by_a_merchant_on_the_envelope(
    tmp_path: Path,
) -> None:
    with started(tmp_path, "true", "skips-signature", dialect="envelope") as app:
        run = app.judged(tmp_path, "CBK", speaks("envelope"))
    assert (run.code, run.last_line.partition(" · ")[0]) == (2, "SELECTION NOT YET"), run.output
    for control in V3_CALLBACKS:
        assert control in run.last_line, run.output
        told = {check.message for check in run.checks if check.control == control}
        assert any('write dialect = "apiv3" and run again' in message for message in told), control


def test_a_fallback_that_was_never_tried_is_not_passed_by_a_merchant_on_the_classic_api(
    tmp_path: Path,
) -> None:
    with started(tmp_path, "false", "no-fallback") as app:
        run = app.judged(tmp_path, "DEG,PAY-12", speaks("apiv3"))
    assert (run.code, run.last_line.partition(" · ")[0]) == (2, "SELECTION NOT YET"), run.output
    for control in ("DEG-01", "DEG-02", "DEG-06", "PAY-12"):
        assert control in run.last_line, run.output


def test_the_run_that_is_asked_for_finds_the_fault(tmp_path: Path) -> None:
    with started(tmp_path, "false", "skips-signature") as app:
        run = app.judged(tmp_path, "CBK-02", speaks("apiv3"))
    assert (run.code, "CBK-02" in run.last_line) == (1, True), run.output
