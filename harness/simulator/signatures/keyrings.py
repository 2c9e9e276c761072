"""Which keys a request of a merchant may have been signed with, rightly or by mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.signing.diagnosis import keyring
from harness.signing.diagnosis.keyring import Keyring, NamedKey
from harness.signing.diagnosis.message import Kind
from harness.simulator.account.identity import Identity
from harness.simulator.account.merchant_certificates import MerchantCertificates


class Owner(Protocol):
    """A merchant account, as far as its keys go."""

    @property
    def identity(self) -> Identity:
        """Its credentials."""

    @property
    def certificates(self) -> MerchantCertificates:
        """What its requests of API v3 are signed by."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """What either platform calls it."""


AskedBy = Callable[[Identity], RSAPublicKey]
"""What verifies the requests of an endpoint."""


def keyring_of(kind: Kind, owners: Sequence[Owner], asked_by: AskedBy | None = None) -> Keyring:
    """Against what a request of this kind is tried; may wait for keys that are in the making.

    Args:
        owners: whose request it may be; more than one where it names nobody that there is.
        asked_by: where endpoints of one kind have keys of their own, this one's.
    """
    found = [_of_one(kind, owner, asked_by) for owner in owners]
    return Keyring(
        tuple(key for each in found for key in each.right),
        tuple(key for each in found for key in each.others),
        frozenset(serial for each in found for serial in each.other_serials),
    )


def _of_one(kind: Kind, owner: Owner, asked_by: AskedBy | None) -> Keyring:
    identity = owner.identity
    certified = tuple(
        NamedKey(keyring.MERCHANT, key, serial) for serial, key in owner.certificates.by_serial.items()
    )
    mcp = NamedKey(keyring.MCP, identity.mcp.private_key.public_key())
    app = NamedKey(keyring.APP, identity.alipay.app_public_key)
    platforms = (
        NamedKey(keyring.PLATFORM, identity.public_key_private.public_key()),
        *(NamedKey(keyring.PLATFORM, each.private_key.public_key()) for each in identity.certificates),
        NamedKey(keyring.MCP_PLATFORM, identity.mcp.platform_key.public_key()),
        NamedKey(keyring.ALIPAY, identity.alipay.platform_key.public_key()),
    )
    serials = frozenset(each.serial for each in identity.certificates) | {identity.public_key_id}
    if kind in (Kind.ALIPAY_REQUEST, Kind.ALIPAY_V3_REQUEST):
        return Keyring((app,), (mcp, *certified, *platforms))
    if kind in (Kind.ENVELOPE_REQUEST, Kind.ENVELOPE_ALIPAY_REQUEST):
        # Either provider's endpoint speaks this dialect, each with a key of its own.
        wanted = asked_by(identity) if asked_by is not None else mcp.key
        right, other = (app, mcp) if wanted.public_numbers() == app.key.public_numbers() else (mcp, app)
        return Keyring((right,), (other, *certified, *platforms))
    return Keyring(certified, (mcp, app, *platforms), serials)
