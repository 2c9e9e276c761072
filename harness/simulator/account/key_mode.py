"""By which of its two credentials the platform is known to a merchant account (facts 2.3)."""

from __future__ import annotations

from enum import StrEnum


class KeyMode(StrEnum):
    """What signs answers and callbacks; on the live platform a setting of the account, not of a request."""

    CERTIFICATE = "certificate"
    """The platform certificate signs everything, whatever a request names: accounts of before autumn 2024."""
    SWITCHING = "switching"
    """Answers are signed with what the request names, else with the certificate; callbacks, at the end of
    their ramp, with the WeChat Pay public key's private half."""
    PUBLIC_KEY = "public-key"
    """The public key's private half signs everything, and there is no certificate: accounts opened since."""
