"""What the doctor says of the clock, without asking any time server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest

from harness.doctor import clock
from harness.doctor.clock import Reading
from harness.doctor.report_line import State

NOW = datetime(2026, 12, 24, 12, tzinfo=UTC).timestamp()
BEFORE = Reading(wall=NOW, steady=100.0)
AFTER = Reading(wall=NOW + 2, steady=102.0)


@pytest.mark.parametrize(("synchronised", "state"), [(True, State.OK), (None, State.OK), (False, State.WARN)])
def test_a_steady_clock_is_judged_by_the_systems_own_word(synchronised: bool | None, state: State) -> None:
    assert clock.clock(BEFORE, AFTER, synchronised).state is state


@pytest.mark.parametrize("jump", [-30, 1, 400])
def test_a_clock_that_jumps_is_warned_of(jump: int) -> None:
    found = clock.clock(BEFORE, Reading(wall=NOW + 2 + jump, steady=102.0), synchronised=True)
    assert found.state is State.WARN
    assert f"{jump:+.1f} s" in found.detail.en


def test_a_clock_from_before_this_version_cannot_sign() -> None:
    then = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    found = clock.clock(Reading(then, 1.0), Reading(then, 1.0), synchronised=True)
    assert found.state is State.MISSING
    assert found.fix is not None
    assert "set-ntp" in found.fix.zh


@pytest.mark.parametrize(
    ("script", "word"), [("echo yes", True), ("echo no", False), ("exit 1", None), ("exec sleep 60", None)]
)
def test_systemd_is_asked_for_its_word(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, word: bool | None
) -> None:
    program = tmp_path / "timedatectl"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(clock, "ASK_LIMIT_S", 0.5)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert clock.synchronised() is word


def test_without_systemd_there_is_no_word(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert clock.synchronised() is None


def test_beijing_time_is_known_here() -> None:
    assert clock.time_zones().state is State.OK


def test_a_machine_without_time_zones_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> None:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr(clock, "ZoneInfo", unknown)
    found = clock.time_zones()
    assert found.state is State.WARN
    assert found.fix is not None
    assert "tzdata" in found.fix.en
