"""What the configuration rules found of a control, as a scenario's outcome."""

from __future__ import annotations

from harness.plugin import ConfigurationReport, Journal


def expect_clean(report: ConfigurationReport, control_id: str, journal: Journal) -> None:
    """Fail with every finding of a control; what could not be judged is a doubt."""
    for number in range(report.judged.get(control_id, 0)):
        journal.observe(f"value {number + 1} judged")
    for doubt in report.doubts:
        if doubt.control == control_id:
            journal.doubt(doubt.text)
    wrong = [
        f"{finding.variable}: {finding.problem} Fix: {finding.fix}"
        # where it stands, as the export for code scanning reads it back
        + (f" [{report.source}:{finding.line}]" if finding.line else "")
        for finding in report.of(control_id)
    ]
    assert not wrong, "\n".join(wrong)
