"""A certificate for one run of a simulator, and the authority that issued it and issues nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import trustme

from harness.core.clock import wire_now
from harness.processes.serving import Tls

LIFETIME = timedelta(days=7)
SKEW = timedelta(minutes=10)
"""How far the clock of whoever verifies it may be behind."""


class ThrowAway(NamedTuple):
    """What a server needs, and what its clients have to believe."""

    tls: Tls
    ca_pem: str
    """The authority's certificate; its key is gone."""


def throw_away_ca(folder: Path) -> ThrowAway:
    """Make an authority and a certificate for `localhost` and 127.0.0.1, written into a private folder."""
    authority = trustme.CA(path_length=0, organization_name="GoLive simulator, throw-away CA")
    now = wire_now()
    own = authority.issue_cert(
        "localhost",
        "127.0.0.1",
        organization_name="GoLive simulator",
        common_name="GoLive simulator",
        not_before=now - SKEW,
        not_after=now + LIFETIME,
    )
    tls = Tls(folder / "server.pem", folder / "server.key")
    tls.certificate.write_bytes(own.cert_chain_pems[0].bytes())
    tls.key.touch(mode=0o600)
    tls.key.write_bytes(own.private_key_pem.bytes())
    return ThrowAway(tls, authority.cert_pem.bytes().decode())
