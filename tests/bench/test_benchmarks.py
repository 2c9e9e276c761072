"""The benchmarks themselves: found by being there, and each gives the figures it is known for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import bench.__main__ as door
from bench.__main__ import command
from bench.benchmarks import (
    Benchmark,
    alipay,
    apiv3,
    benchmarks,
    bills,
    days_life,
    kept,
    load_generator,
    mcp,
    memory,
    refunds,
    scale,
)
from bench.benchmarks.rehearsal import of_record
from bench.metrics import Metric, once
from bench.plan import Bench, Plan
from harness.core.control import Check, Grade, Outcome
from harness.core.errors import HarnessError

TINY = Plan(repetitions=1, requests=160, warm_up=80, orders=60, many=800, rehearse=False)
"""A process's clock ticks in hundredths of a second: fewer requests than these might not be noticed."""
AT = datetime(2026, 11, 23, tzinfo=UTC)


def tiny(scratch: Path) -> Bench:
    return Bench(TINY, scratch, lambda line: None)


def by_name(metrics: Sequence[Metric]) -> dict[str, Metric]:
    return {metric.name: metric for metric in metrics}


def check(scenario: str, seconds: float, *, control: str = "PAY-02", started: datetime = AT) -> Check:
    return Check(
        control=control,
        scenario=scenario,
        provider="wechat",
        dialect="mcp",
        outcome=Outcome.PASS,
        grade=Grade.SIMULATED,
        started=started,
        duration_s=seconds,
        exercised=1,
    )


def test_every_module_is_a_benchmark_with_a_title() -> None:
    assert {"alipay", "apiv3", "mcp", "memory", "rehearsal"} <= {each.name for each in benchmarks()}
    assert all(each.title for each in benchmarks())


def test_apiv3_measures_create_and_query_beside_signing_and_a_bare_route(tmp_path: Path) -> None:
    found = by_name(apiv3.measure(tiny(tmp_path)))
    assert set(found) == {"create-apiv3", "create-apiv3-over-bare-route", "query-apiv3"}
    assert all(metric.value > 0 and metric.ratio and metric.ratio > 0 for metric in found.values())


def test_what_is_kept_in_a_file_is_measured_beside_signing(tmp_path: Path) -> None:
    found = by_name(kept.measure(tiny(tmp_path)))
    assert set(found) == {"create-apiv3-kept", "query-apiv3-kept"}
    assert all(metric.value > 0 and metric.ratio and metric.ratio > 0 for metric in found.values())


def test_the_last_orders_of_many_are_measured_beside_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "AT_ONCE", 160)
    found = by_name(scale.measure(Bench(replace(TINY, many=800), tmp_path, lambda line: None)))
    assert set(found) == {"create-at-100k-orders", "memory-at-100k-orders"}
    assert all(metric.value > 0 and metric.ratio and metric.ratio > 0 for metric in found.values())


def test_alipays_gateway_is_measured_beside_signing(tmp_path: Path) -> None:
    found = by_name(alipay.measure(tiny(tmp_path)))
    assert set(found) == {"create-alipay", "query-alipay"}
    assert all(metric.value > 0 and metric.ratio and metric.ratio > 0 for metric in found.values())


def test_refunds_are_measured_beside_signing(tmp_path: Path) -> None:
    found = by_name(refunds.measure(Bench(replace(TINY, requests=800), tmp_path, lambda line: None)))
    assert set(found) == {"refund-apiv3"}
    assert found["refund-apiv3"].ratio


def test_a_busy_days_bill_is_measured_beside_packing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bills, "PAYMENTS", 2_000)
    (found,) = bills.measure(tiny(tmp_path))
    assert (found.name, found.lower_is_better) == ("trade-bill-100k", True)
    assert found.ratio is not None
    assert found.ratio > 1


def test_a_days_life_is_measured_beside_what_one_may_wait_for(tmp_path: Path) -> None:
    (found,) = days_life.measure(tiny(tmp_path))
    assert (found.name, found.unit, found.samples) == ("days-life", "s", 1)
    assert (found.baseline, found.lower_is_better) == (days_life.WANTED_S, True)
    assert found.value > 0


def test_the_load_generator_is_measured_beside_a_bare_user_and_says_how_late_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load_generator, "SECONDS", 1)
    monkeypatch.setattr(load_generator, "RATE", 40)
    found = by_name(load_generator.measure(tiny(tmp_path)))
    assert set(found) == {"load-create-apiv3", "load-lag-p99-at-500"}
    assert all(metric.value > 0 and metric.ratio and metric.ratio > 0 for metric in found.values())


def test_mcp_measures_both_eras_beside_a_trivial_tool(tmp_path: Path) -> None:
    found = by_name(mcp.measure(tiny(tmp_path)))
    eras = {f"create-mcp-{era}{over}" for era in ("2026", "2025") for over in ("", "-over-signing")}
    assert set(found) == eras
    assert all(metric.value > 0 and metric.ratio and metric.ratio > 0 for metric in found.values())


def test_memory_measures_idle_full_and_per_order(tmp_path: Path) -> None:
    found = by_name(memory.measure(tiny(tmp_path)))
    assert found["simulator-full-memory"].value >= found["simulator-idle-memory"].value > 1
    assert "order-memory" in found


def test_a_scenario_that_answers_for_two_controls_took_its_time_once() -> None:
    found = by_name(
        list(
            of_record(
                [
                    check("t.py::test_qr[mcp-chromium]", 3.0),
                    check("t.py::test_qr[mcp-chromium]", 3.0, control="PAY-07"),
                    check("t.py::test_qr[mcp-chromium]", 2.0, started=AT + timedelta(minutes=1)),
                    check("t.py::test_amounts[mcp]", 0.5),
                ]
            )
        )
    )
    assert found["scenario-slowest"].value == 3.0
    assert found["scenario-slowest"].ratio == pytest.approx(0.6)
    assert found["scenarios-total"].value == 5.5
    assert found["scenarios-total-without-browser"].value == 0.5


def test_an_empty_record_gives_no_figure() -> None:
    with pytest.raises(HarnessError, match="recorded nothing"):
        list(of_record([]))


@pytest.fixture
def one_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(bench: Bench) -> list[Metric]:
        return [once("seconds", "s", 1.5)]

    monkeypatch.setattr(door, "benchmarks", lambda: [Benchmark("one", "one thing", measure)])


@pytest.mark.usefixtures("one_benchmark")
def test_a_part_is_told_and_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*written: Any) -> None:
        raise AssertionError("a part was written as if it were the whole")

    monkeypatch.setattr(door, "write", write)
    done = CliRunner().invoke(command, ["--only", "one"])
    assert done.exit_code == 0
    assert "seconds" in done.output


@pytest.mark.usefixtures("one_benchmark")
@pytest.mark.parametrize(("load", "warned"), [(0.1, False), (3.0, True)])
def test_a_busy_machine_is_told(monkeypatch: pytest.MonkeyPatch, load: float, warned: bool) -> None:
    monkeypatch.setattr(door, "load_per_core", lambda: load)
    assert ("busy" in CliRunner().invoke(command, ["--only", "one"]).output) is warned


@pytest.mark.usefixtures("one_benchmark")
@pytest.mark.parametrize("arguments", [["--only", "two"], ["--only", "one", "--keep"]])
def test_nonsense_on_the_command_line_is_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(command, arguments).exit_code == 2
