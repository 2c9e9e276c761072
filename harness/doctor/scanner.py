"""Whether the program is there that tries what an app's TLS agrees to (SEC-01)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.core.errors import EnvironmentUnreachable
from harness.doctor.report_line import ReportLine, State, line
from harness.scans.tls_scanner import find_scanner


def scanner(environment: Mapping[str, str]) -> ReportLine:
    """Where it is; a rehearsal of an app on plain http does without."""
    try:
        return line("scanner", State.OK, "found", program=find_scanner(environment))
    except EnvironmentUnreachable:
        return line("scanner", State.WARN, "absent")
