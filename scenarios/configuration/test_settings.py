"""The settings, scanned control by control (P§2, P§4.2). Nothing is sent."""

from __future__ import annotations

import pytest

from harness.plugin import ConfigurationReport, Journal, control

SCANNED = ("CFG-01", "CFG-02", "CFG-03", "CFG-04", "CFG-05", "CFG-06", "APP-05")


@pytest.mark.parametrize(
    "control_id",
    [pytest.param(name, id=name, marks=control(name, dialects=())) for name in SCANNED],
)
def test_the_settings_satisfy(control_id: str, configuration: ConfigurationReport, journal: Journal) -> None:
    for number in range(configuration.judged.get(control_id, 0)):
        journal.observe(f"value {number + 1} judged")
    wrong = [
        f"{finding.variable}: {finding.problem} Fix: {finding.fix}"
        # where it stands, as the export for code scanning reads it back
        + (f" [{configuration.source}:{finding.line}]" if finding.line else "")
        for finding in configuration.findings
        if finding.control == control_id
    ]
    assert not wrong, "\n".join(wrong)
