"""The two programs of other hands that single controls rest on: sslyze (SEC-01) and Prometheus (MON-05)."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from harness.core.errors import EnvironmentUnreachable, NotExercised
from harness.doctor.report_line import ReportLine, State, line
from harness.monitoring.program import program
from harness.scans.tls_scanner import find_scanner

ASK_LIMIT_S = 10.0
_VERSION = re.compile(r"version (\S+)")


def scanner(environment: Mapping[str, str]) -> ReportLine:
    """Where sslyze is, and which; a warning, since a narrowed run does without."""
    try:
        found = find_scanner(environment)
    except EnvironmentUnreachable as error:
        where = f" [{error.where}]" if error.where != "sslyze" else ""
        return line("scanner", State.WARN, "absent", where=where)
    return line("scanner", State.OK, "found", version=_installed(found, "sslyze"), program=found)


def prometheus() -> ReportLine:
    """Where Prometheus is, and which, by asking it; a warning, since a narrowed run does without."""
    try:
        found, _ = program("prometheus"), program("promtool")
        asked = subprocess.run(  # noqa: S603 - found on the path, constant arguments
            [found, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=ASK_LIMIT_S,
            check=True,
            text=True,
        )
    except NotExercised as error:
        return line("prometheus", State.WARN, "absent", error=error.what)
    except (OSError, subprocess.SubprocessError) as error:
        return line("prometheus", State.WARN, "absent", error=error)
    told = _VERSION.search(asked.stdout + asked.stderr)
    return line("prometheus", State.OK, "found", version=told[1] if told else "?", program=found)


def _installed(found: Path, package: str) -> str:
    """The version that stands beside a program of Python's: to start it, only to ask, takes seconds."""
    place = found.resolve().parent.parent
    infos = sorted(place.glob(f"lib/python*/site-packages/{package}-*.dist-info"))
    return infos[-1].name.removesuffix(".dist-info").rpartition("-")[2] if infos else "?"
