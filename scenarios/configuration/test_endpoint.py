"""The endpoint answers, truly signed, and its clock agrees with ours."""

from __future__ import annotations

from harness.core.control import Blame
from harness.gateways.protocol import PaymentGateway
from harness.plugin import Journal, control

WINDOW_S = 300
"""A signed request further off than this is refused (facts 0.1)."""


@control("CFG-12", blame=Blame.ENDPOINT)
def test_the_endpoint_answers_and_its_clock_agrees(gateway: PaymentGateway, journal: Journal) -> None:
    with journal.step("the endpoint is probed"):
        status = gateway.probe()
    journal.observe(f"{status.detail}; clock skew {status.clock_skew_s:+.1f} s")
    assert status.reachable, status.detail
    assert status.trusted, status.detail
    assert abs(status.clock_skew_s) <= WINDOW_S, f"the clocks differ by {status.clock_skew_s:.0f} s"
