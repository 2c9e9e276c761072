"""The settings, scanned control by control (P§2, P§4.2). Nothing is sent."""

from __future__ import annotations

import pytest

from harness.plugin import ConfigurationReport, Journal, control
from scenarios.configuration.findings import expect_clean

SCANNED = (*(f"CFG-{number:02}" for number in range(1, 11)), "APP-05")


@pytest.mark.parametrize(
    "control_id",
    [pytest.param(name, id=name, marks=control(name, dialects=())) for name in SCANNED],
)
def test_the_settings_satisfy(control_id: str, configuration: ConfigurationReport, journal: Journal) -> None:
    expect_clean(configuration, control_id, journal)
