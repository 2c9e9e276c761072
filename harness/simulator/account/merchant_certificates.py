"""The API certificates of one merchant account: one is exchanged for another while both work (facts 1.2)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from harness.levers.models import MerchantCertificate
from harness.signing import keys
from harness.simulator.account.identity import Identity
from harness.simulator.account.merchant_certificate import merchant_certificate
from harness.simulator.platform import identifiers
from harness.simulator.platform.orders import Reason, Refused

MOST_VALID = 3
"""What the portal lets an account have at the same time (facts 1.2)."""


@dataclass(slots=True)
class _Held:
    private_key: RSAPrivateKey
    public_key: RSAPublicKey
    """Made once, because making one takes a while."""
    revoked: bool = False


@dataclass(slots=True)
class MerchantCertificates:
    """Those of one account, by serial in upper-case hex, oldest first. Thread-safe."""

    _identity: Identity
    changed: Callable[[], None] = field(default=lambda: None)
    """Called when there is another one, or one is cancelled."""
    _held: dict[str, _Held] = field(init=False)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        key = self._identity.merchant_key
        self._held = {self._identity.merchant_serial: _Held(key, key.public_key())}

    def key(self, serial: str) -> RSAPublicKey | None:
        """What verifies a signature under this serial; None: the account has no such certificate."""
        held = self._held.get(serial)
        return held.public_key if held is not None else None

    def is_revoked(self, serial: str) -> bool:
        """Whether it was one of the account's, and is cancelled."""
        held = self._held.get(serial)
        return held is not None and held.revoked

    @property
    def by_serial(self) -> dict[str, RSAPublicKey]:
        """What verifies a signature under each serial, revoked ones as well; oldest first."""
        return {serial: each.public_key for serial, each in self._held.items()}

    @property
    def valid_keys(self) -> tuple[RSAPublicKey, ...]:
        """What verifies a `paySign`, which names no serial."""
        return tuple(each.public_key for each in self._held.values() if not each.revoked)

    def apply(self) -> MerchantCertificate:
        """Apply for another one on the portal; those that there are go on working. Making it takes a while.

        Raises:
            Refused: INVALID, where three are valid.
        """
        key = keys.generate()
        with self._lock:
            if len(self.valid_keys) >= MOST_VALID:
                raise Refused(Reason.INVALID)
            serial = f"{identifiers.new_serial():040X}"
            self._held = {**self._held, serial: _Held(key, key.public_key())}
        self.changed()
        return self.file(serial)

    def revoke(self, serial: str, *, revoked: bool = True) -> None:
        """Cancel one, or take that back, which no portal does: for putting an account back as it was.

        Raises:
            Refused: UNKNOWN.
        """
        if serial not in self._held:
            raise Refused(Reason.UNKNOWN)
        self._held[serial].revoked = revoked
        self.changed()

    def all(self) -> list[tuple[str, RSAPrivateKey, bool]]:
        """Serial, key, and whether it is cancelled, of each."""
        return [(serial, held.private_key, held.revoked) for serial, held in self._held.items()]

    def found_again(self, serial: str, key: RSAPrivateKey, *, revoked: bool) -> None:
        """One from before a restart."""
        self._held = {**self._held, serial: _Held(key, key.public_key(), revoked)}

    def file(self, serial: str) -> MerchantCertificate:
        """One as the portal hands it out.

        Raises:
            Refused: UNKNOWN.
        """
        held = self._held.get(serial)
        if held is None:
            raise Refused(Reason.UNKNOWN)
        certificate = merchant_certificate(self._identity, serial=serial, key=held.private_key)
        return MerchantCertificate(
            serial=serial,
            revoked=held.revoked,
            key_pem=keys.private_pem(held.private_key),
            certificate_pem=certificate.public_bytes(Encoding.PEM).decode(),
        )
