"""A platform whose TLS certificate cannot be trusted is told nothing (SEC-13, C40)."""

from __future__ import annotations

from typing import get_args

import pytest

from harness.levers.models import CertificateKind
from harness.plugin import Certificates, Journal, control


@pytest.mark.late
@control("SEC-13", dialects=())
@pytest.mark.parametrize("certificate", [each for each in get_args(CertificateKind) if each != "trusted"])
def test_a_platform_that_cannot_be_trusted_is_told_nothing(
    certificates: Certificates, certificate: CertificateKind, journal: Journal
) -> None:
    with journal.step("ordered over https, with a certificate that the app trusts"):
        certificates.order_with_trust()
    with journal.step(f"ordered while the certificate is: {certificate}"):
        door = certificates.order_without(certificate)
    journal.observe(f"{certificate}: {door.connections} connections, {door.spoken} of them with a request")
    assert not door.spoken, (
        f"the app sent its request to a platform whose certificate is not to be trusted ({certificate}): "
        "whoever stands between reads it, and answers in the platform's place"
    )
    if not door.connections:
        journal.doubt("the app opened no connection while the certificate was a wrong one")
