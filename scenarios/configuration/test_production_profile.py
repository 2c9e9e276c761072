"""The profile of production, before anybody upgrades to it (P§4.2). Nothing is sent."""

from __future__ import annotations

from harness.plugin import Journal, ProductionProfile, control
from scenarios.configuration.findings import expect_clean


@control("CFG-11", dialects=())
def test_production_is_switched_over(production_profile: ProductionProfile, journal: Journal) -> None:
    if production_profile.made_up:
        journal.limit(
            "a profile of the simulated merchant was judged, not your own: name yours with --other-env"
        )
    expect_clean(production_profile.report, "CFG-11", journal)
