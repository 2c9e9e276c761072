"""Whoever reads a judgement sees which earlier runs it rests on, and whose key sealed each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from harness.verdict.earlier_runs import EarlierRun, Key, earlier_runs
from tests.verdict.cases import NOW, judged, passing, row

DAY = timedelta(days=1)


def sealed(key: str, *controls: str, run: str = "earlier") -> list[EarlierRun]:
    """What a judgement under the key `ours` says of one earlier run sealed by another."""
    rows = [replace(row(each, run=run, ago=DAY), sealed_by=key) for each in controls or ("CBK-01",)]
    return list(earlier_runs(rows, "ours"))


@pytest.mark.parametrize(("key", "whose"), [("ours", Key.OWN), ("theirs", Key.FOREIGN), ("", Key.UNKNOWN)])
def test_an_earlier_run_says_whose_key_sealed_it(key: str, whose: Key) -> None:
    (told,) = sealed(key, "CBK-02", "CBK-01")
    assert told == EarlierRun(
        run="earlier", recorded=NOW - DAY, sealed_by=key, key=whose, controls=("CBK-01", "CBK-02")
    )


def test_where_this_run_has_no_seal_nobody_knows_whose_key_another_was() -> None:
    (told,) = earlier_runs([replace(row(run="earlier"), sealed_by="theirs")], "")
    assert (told.sealed_by, told.key) == ("theirs", Key.UNKNOWN)


def test_rows_of_one_run_that_name_several_keys_name_none() -> None:
    rows = [replace(row(run="earlier", scenario=key), sealed_by=key) for key in ("ours", "theirs")]
    (told,) = earlier_runs(rows, "ours")
    assert (told.sealed_by, told.key) == ("", Key.UNKNOWN)


def test_a_judgement_lists_the_runs_it_rests_on_and_no_others() -> None:
    rows = [
        row("CBK-01"),
        *(replace(each, sealed_by="ours") for each in passing("CBK-02", run="second", ago=DAY)),
        *(replace(each, sealed_by="theirs") for each in passing("CBK-02", run="first", ago=2 * DAY)),
        *(replace(each, sealed_by="theirs") for each in passing("CBK-03", run="first", ago=2 * DAY)),
    ]
    told = [(each.run, each.controls) for each in judged(rows).history]
    assert told == [("first", ("CBK-03",)), ("second", ("CBK-02",))]
    assert judged(passing("CBK-01", "CBK-02")).history == ()
