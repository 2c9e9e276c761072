"""What the envelope dialect leaves open by its very design (E§5); its forgeries are in `test_forged.py`."""

from __future__ import annotations

from harness.gateways.protocol import PaymentGateway
from harness.plugin import Journal, control


@control("CBK-17", callbacks="envelope")
def test_what_the_dialect_leaves_open_is_reported(gateway: PaymentGateway, journal: Journal) -> None:
    status = gateway.probe()
    journal.observe(f"endpoint: {status.detail}")
    assert status.trusted, f"the endpoint's own answer is not signed: {status.detail}"
    journal.warn(
        "nothing inside `data` of an answer is signed: amounts, URLs and states rest on TLS alone (E§5); "
        "a client that verifies only when a signature is present can be robbed of it"
    )
