"""One whole rehearsal for all tests of a session, in whichever of its processes they are."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from reports.build import build
from tests.rehearsal_alone import signs
from tests.scenarios.running import LONGEST_S, Rehearsed, rehearse


def whole_rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """`pytest scenarios`, whole, and its page: who comes first makes it, the others wait; nobody changes it.

    The other door's whole rehearsal is a part of the build: `make golive`.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder, told = base / "whole-rehearsal", base / "whole-rehearsal.json"
    try:
        (base / "whole-rehearsal.begun").mkdir()
    except FileExistsError:
        return _made_elsewhere(folder, told)
    begun, ended = signs()
    begun.touch()
    try:
        made = rehearse(folder, f"--alluredir={folder / 'allure-results'}", door="pytest")
    finally:
        ended.touch()
    build(folder)
    unfinished = told.with_suffix(".part")
    unfinished.write_text(json.dumps([made.code, made.output, made.last_line]), "utf-8")
    unfinished.rename(told)
    return made


def _made_elsewhere(folder: Path, told: Path) -> Rehearsed:
    ends = time.monotonic() + LONGEST_S + 10
    while not told.exists():
        assert time.monotonic() < ends, "the rehearsal that another test process makes did not end"
        time.sleep(0.2)
    code, output, last_line = json.loads(told.read_text("utf-8"))
    return Rehearsed(folder, code, output, last_line)
