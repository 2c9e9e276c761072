"""Everything the doctor looks at, in the order a reader wants it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from harness.doctor import browser, clock, machine, network, programs
from harness.doctor.packages import packages
from harness.doctor.report_line import ReportLine, State


def examine(runs: Path, variables: Mapping[str, str] | None = None) -> list[ReportLine]:
    """Look at this machine; takes about two seconds, most of them the browser's.

    Args:
        runs: where run records would be written.
        variables: the environment to judge instead of the process's own.
    """
    environment = os.environ if variables is None else variables
    before = clock.Reading.now()
    found = [
        machine.python(),
        packages(),
        *browser.browsers(),
        browser.font(),
        programs.scanner(environment),
        programs.prometheus(),
        network.loopback(),
        *(network.port(number, user) for number, user in network.PORTS.items()),
        network.proxies(environment),
        network.mirrors(environment),
        machine.strength(),
        machine.disk(runs),
        machine.writable(runs),
        clock.time_zones(),
    ]
    return [*found, clock.clock(before, clock.Reading.now(), clock.synchronised())]


def ready(lines: list[ReportLine]) -> bool:
    """Whether a rehearsal can run here: nothing that it needs is missing."""
    return not any(each.state is State.MISSING for each in lines)
