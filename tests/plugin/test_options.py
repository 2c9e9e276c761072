"""The options of a rehearsal: what cannot be done is refused with the nearest thing that can."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from _pytest.config.argparsing import Parser

from harness.cli.run import command
from harness.core.errors import UsageError
from harness.plugin.defects import DEFECTS
from harness.plugin.options import SETS, TABLE, Options, add_options
from reports.checklist import load

CONTROLS = load().controls


def read(**given: object) -> Options:
    return Options.read(given)


def chosen(only: str) -> frozenset[str]:
    return read(only=only).only


def test_a_section_means_all_its_controls() -> None:
    assert chosen("rcn") == {"RCN-01", "RCN-02", "RCN-03"}


def test_sections_and_controls_mix() -> None:
    assert chosen("RCN, PAY-02") == {"RCN-01", "RCN-02", "RCN-03", "PAY-02"}


def test_nothing_chosen_means_everything() -> None:
    assert chosen("") == frozenset()


def test_an_unknown_control_is_answered_with_near_ones() -> None:
    with pytest.raises(UsageError, match=r"did you mean CBK-\d\d"):
        chosen("CBK-O1")


def test_an_unknown_defect_is_answered_with_near_ones() -> None:
    with pytest.raises(UsageError, match="float-amount"):
        read(defects=["float-amounts"])


def test_defects_are_told_apart_by_side() -> None:
    options = read(defects=["float-amount", "clock-skewed"])
    assert (options.defects_of("shop"), options.defects_of("endpoint")) == (
        ("float-amount",),
        ("clock-skewed",),
    )


@pytest.mark.parametrize("target", ["experience", "production"])
def test_a_real_platform_cannot_be_rehearsed(target: str) -> None:
    with pytest.raises(UsageError, match=target):
        read(target=target)


def test_every_defect_names_a_control_of_the_checklist() -> None:
    assert {defect.control for defect in DEFECTS.values()} <= {control.id for control in CONTROLS}


def test_the_smoke_set_is_chosen_by_name_alone() -> None:
    assert [read(smoke=name).smoke for name in SETS] == [False, True]


@pytest.mark.parametrize("budget", ["", "ten", "-1", "1.5", "1e4", "７０", "9" * 5000])
def test_a_budget_is_a_whole_number_of_fen(budget: str) -> None:
    with pytest.raises(UsageError, match="whole number of fen"):
        read(budget=budget)


def test_a_budget_is_read_in_fen() -> None:
    assert read(budget="70000").budget == 70_000


def test_a_file_that_cannot_be_written_is_refused_before_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    read(load_requests="csv")
    with pytest.raises(UsageError, match=r"golive\[parquet\]"):
        read(load_requests="parquet")


@pytest.mark.parametrize("rate", ["", "fast", "0", "-1", "nan", "inf"])
def test_a_rate_is_a_number_of_requests_a_second(rate: str) -> None:
    with pytest.raises(UsageError, match="requests a second"):
        read(rate=rate)


def test_a_target_that_is_none_is_refused_without_repeating_it() -> None:
    with pytest.raises(UsageError) as refused:
        read(target="https://user:pass-word@host")
    assert "pass-word" not in str(refused.value)


def test_every_target_but_the_embedded_one_reads_the_plans_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"\.env\.local"):
        read(target="experience")
    (tmp_path / ".env.local").touch()
    assert read(target="experience").env_file == Path(".env.local")
    assert read().env_file is None


def test_both_front_doors_are_made_of_the_one_table() -> None:
    declared = {parameter.opts[0] for parameter in command.params}
    assert declared == {row.flag for row in TABLE if row.front in ("both", "golive")}
    parser = Parser(_ispytest=True)
    add_options(parser)
    (group,) = [each for each in parser._groups if each.name == "golive"]
    assert {flag for each in group.options for flag in each.names()} == {
        row.flag for row in TABLE if row.front in ("both", "pytest")
    }


def test_what_nobody_typed_has_the_default_of_its_field() -> None:
    assert read(**{row.name: None for row in TABLE}) == Options()
