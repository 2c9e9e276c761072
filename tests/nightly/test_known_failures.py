"""A known failure stays a failure; a line that is stale, doubled, or says too little is refused or told."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from harness.core.control import Check, Outcome
from harness.core.errors import ConfigurationError
from harness.nightly.known_failures import (
    KnownFailure,
    PartName,
    Sorted,
    Stale,
    as_line,
    read_known_failures,
    sort_failures,
)
from tests.reports.sample_run import check

CONTROLS = frozenset({"CBK-02", "CBK-03", "PAY-01"})
LINE = {
    "control": "CBK-03",
    "scenario": "a.py::b[c d]",
    "dialect": "apiv3",
    "reason": "because",
    "owner": "team",
}


def read(tmp_path: Path, text: str) -> tuple[KnownFailure, ...]:
    path = tmp_path / "known-failures.yaml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return read_known_failures(path, controls=CONTROLS)


def line(**changes: str) -> KnownFailure:
    return KnownFailure.model_validate(LINE | changes)


def found(outcome: Outcome) -> Check:
    return check("CBK-03", outcome=outcome, scenario=LINE["scenario"])


def sorted_(*checks: Check, lines: tuple[KnownFailure, ...] = (line(),), whole: bool = True) -> Sorted:
    return sort_failures(checks, lines, whole=whole)


def test_an_empty_file_knows_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "") == read(tmp_path, "# nothing\n") == read(tmp_path, "[]") == ()


def test_a_line_is_read_with_reason_and_owner(tmp_path: Path) -> None:
    assert read(tmp_path, yaml.safe_dump([LINE])) == (line(),)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- {", "cannot be read"),
        ("\udcff", "cannot be read"),
        ("&a [*a]", "not what it must be"),
        ("!!python/object/apply:os.system ['true']", "cannot be read"),
        ("a: b", "not what it must be"),
        ("- CBK-03", "not what it must be"),
        ("[" * 3000, "cannot be read"),
        ("#" * 1_100_000, "larger than 1 MiB"),
        (yaml.safe_dump([{**LINE, "reason": ""}]), "reason"),
        (yaml.safe_dump([{**LINE, "owner": ""}]), "owner"),
        (yaml.safe_dump([{key: value for key, value in LINE.items() if key != "owner"}]), "owner"),
        (yaml.safe_dump([{**LINE, "passes": True}]), "passes"),
        (yaml.safe_dump([{**LINE, "control": "cbk"}]), "control"),
        (yaml.safe_dump([LINE, {**LINE, "reason": "again"}]), "stands twice: CBK-03 apiv3 a.py::b"),
        (yaml.safe_dump([{**LINE, "control": "CBK-99"}]), "there is no control CBK-99"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_reason(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match="known-failures") as refused:
        read(tmp_path, text)
    assert why in str(refused.value)
    assert refused.value.exit_code == 4


def test_a_known_failure_is_no_news() -> None:
    assert sorted_(found(Outcome.FAIL)) == Sorted((), (line(),), (), ())


@pytest.mark.parametrize("changes", [{"dialect": "mcp"}, {"scenario": "a.py::b[c]"}, {"control": "CBK-02"}])
def test_another_part_of_the_same_name_is_news(changes: dict[str, str]) -> None:
    other = found(Outcome.FAIL).model_copy(update=changes)
    sorted_failures = sorted_(found(Outcome.FAIL), other)
    assert sorted_failures.new == (PartName(other.control, other.scenario, other.dialect),)


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.WARN])
def test_a_line_that_passes_now_is_stale(outcome: Outcome) -> None:
    assert sorted_(found(outcome)).stale == ((line(), Stale.PASSES),)


def test_a_line_of_no_scenario_is_stale_where_the_run_was_whole() -> None:
    assert sorted_().stale == ((line(), Stale.GONE),)
    assert sorted_(whole=False) == Sorted((), (), (), (line(),))


@pytest.mark.parametrize("outcome", [Outcome.INCONCLUSIVE, Outcome.NEEDS_HUMAN, Outcome.HARNESS_ERROR])
def test_what_came_to_nothing_leaves_its_line_in_peace(outcome: Outcome) -> None:
    assert sorted_(found(outcome)).undecided == (line(),)


def test_a_part_that_passes_and_fails_in_one_run_fails() -> None:
    assert sorted_(found(Outcome.PASS), found(Outcome.FAIL)).known == (line(),)


def test_a_pass_that_exercised_nothing_does_not_make_a_line_stale() -> None:
    assert sorted_(found(Outcome.PASS).model_copy(update={"exercised": 0})).undecided == (line(),)


def test_a_new_failure_is_told_as_a_line_to_fill_in(tmp_path: Path) -> None:
    told = as_line(PartName("CBK-03", "a.py::b['x': {y}] # z", "-"))
    filled = told.replace("reason: ''", "reason: because").replace("owner: ''", "owner: team")
    assert read(tmp_path, filled)[0].part == PartName("CBK-03", "a.py::b['x': {y}] # z", "-")
