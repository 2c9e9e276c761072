"""What the doctor says of the programs that SEC-01 and MON-05 rest on."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.doctor import programs
from harness.doctor.report_line import State
from harness.monitoring import program
from harness.scans import tls_scanner


def put(folder: Path, name: str, says: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{says}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that has none of them; its path."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(program, "UNPACKED", tmp_path / "unpacked")
    monkeypatch.setattr(tls_scanner, "SET_UP", tmp_path / "none")
    return tmp_path / "bin"


def test_what_is_lacking_names_the_control_that_is_not_judged_and_the_fix(bare: Path) -> None:
    for told, control in ((programs.scanner({}), "SEC-01"), (programs.prometheus(), "MON-05")):
        assert told.state is State.WARN
        assert control in told.detail.zh
        assert (
            f"({control}) is not judged" in told.detail.en or f"({control}) are not judged" in told.detail.en
        )
        assert told.fix is not None
        assert "make setup" in told.fix.en


def test_a_name_that_leads_nowhere_is_told(bare: Path) -> None:
    assert "GOLIVE_SSLYZE nowhere" in programs.scanner({"GOLIVE_SSLYZE": "nowhere"}).detail.en


def test_what_is_there_is_told_with_its_version(bare: Path) -> None:
    put(bare, "sslyze")
    (bare.parent / "lib/python3.12/site-packages/sslyze-6.3.1.dist-info").mkdir(parents=True)
    put(bare, "promtool")
    prometheus = put(bare, "prometheus", "echo 'prometheus, version 2.42.0+ds (branch: debian/sid)'")
    told = programs.prometheus()
    assert (told.state, told.fix) == (State.OK, None)
    assert told.detail.en.startswith(f"Prometheus 2.42.0+ds · {prometheus} · ")
    assert programs.scanner({"PATH": str(bare)}).detail.zh.startswith(f"sslyze 6.3.1 · {bare / 'sslyze'} · ")


@pytest.mark.parametrize(("tool", "says"), [("promtool", "exit 3"), ("other", "")])
def test_a_prometheus_that_does_not_start_or_stands_alone_is_none(bare: Path, tool: str, says: str) -> None:
    put(bare, "prometheus", says)
    put(bare, tool)
    assert programs.prometheus().state is State.WARN
