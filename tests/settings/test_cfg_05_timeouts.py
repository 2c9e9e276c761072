"""CFG-05: the worst-case wait is computed as the client behaves, printed, and held against 60 seconds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.findings import told_in
from harness.settings import ConfigurationReport
from harness.settings.rules.cfg_05_timeouts import back_off_s, worst_case_ms

Judge = Callable[..., ConfigurationReport]


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 0), (1, 0), (2, 1), (3, 3), (4, 7), (5, 15), (6, 25), (7, 35), (10, 65)]
)
def test_back_off_doubles_from_one_second_to_ten_between_attempts(attempts: int, seconds: int) -> None:
    assert back_off_s(attempts) == seconds


@given(attempts=st.integers(1, 500), timeout_ms=st.integers(1, 10**6))
def test_the_worst_case_is_the_sum_over_a_client_that_always_times_out(
    attempts: int, timeout_ms: int
) -> None:
    waited = 0
    for attempt in range(1, attempts + 1):
        waited += timeout_ms
        if attempt < attempts:
            waited += 1000 * min(2 ** (attempt - 1), 10)
    assert worst_case_ms(timeout_ms, attempts) == waited


def test_the_plans_own_values_wait_93_seconds_and_fail(judge_keyless: Judge) -> None:
    report = judge_keyless("experience", MCP_TIMEOUT="30000", MCP_RETRY_COUNT="3")
    (found,) = report.of("CFG-05")
    assert "30000 ms × 3 + 3 s = 93 s" in found.problem
    assert "93 秒" in told_in(found.problem, "zh")
    assert "19000" in found.fix
    assert not found.blocks


@pytest.mark.parametrize(("timeout", "clean"), [("19000", True), ("19001", False)])
def test_sixty_seconds_are_the_edge(judge_keyless: Judge, timeout: str, clean: bool) -> None:
    report = judge_keyless("experience", MCP_TIMEOUT=timeout, MCP_RETRY_COUNT="3")
    assert (report.of("CFG-05") == ()) is clean


def test_the_wait_is_printed_when_it_is_fine_too(judge_keyless: Judge) -> None:
    notes = [note.text for note in judge_keyless("experience").notes if note.control == "CFG-05"]
    assert notes == ["worst-case wait: 15000 ms × 3 + 3 s = 48 s (back-off included)"]


def test_ten_attempts_leave_no_room_for_any_time_out(judge_keyless: Judge) -> None:
    (found,) = judge_keyless("experience", MCP_TIMEOUT="1000", MCP_RETRY_COUNT="10").of("CFG-05")
    assert "lower MCP_RETRY_COUNT" in found.fix


def test_seconds_written_for_milliseconds_are_caught(judge_keyless: Judge) -> None:
    (found,) = judge_keyless("experience", MCP_TIMEOUT="30").of("CFG-05")
    assert "30000 if 30 seconds" in found.fix


@pytest.mark.parametrize("name", ["MCP_TIMEOUT", "MCP_RETRY_COUNT"])
@pytest.mark.parametrize("value", ["0", "-1", "30s", "3.0", "1e4", "9" * 5000])
def test_what_is_no_whole_number_above_zero_is_refused_and_not_repeated(
    judge_keyless: Judge, name: str, value: str
) -> None:
    (found,) = judge_keyless("experience", **{name: value}).of("CFG-05")
    assert found.variable == name
    assert found.blocks
    assert len(found.problem) < 100


def test_more_attempts_than_ten_are_refused(judge_keyless: Judge) -> None:
    (found,) = judge_keyless("experience", MCP_RETRY_COUNT="30").of("CFG-05")
    assert found.variable == "MCP_RETRY_COUNT"
