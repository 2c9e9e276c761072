"""A merchant's Alipay credentials, both sides of them; keys are made when somebody first asks for them."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from harness.signing import keys
from harness.simulator.account.alipay_certificates import AlipayCertificates, new_certificates

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AlipayIdentity:
    """What an application on Alipay's platform and the platform know of each other (facts alipay 0.2, 1.9).

    `certified` is the application's mode: of certificates, or of bare public keys. `tells_open_id` is whether
    it sees payers as `buyer_open_id` or as `buyer_id`.
    """

    app_id: str
    seller_id: str
    seller_email: str
    buyer_id: str
    """Of whoever pays when nobody is named."""
    mcp_api_key: str = field(default_factory=lambda: secrets.token_hex(32))
    """Opens Alipay's MCP endpoint."""
    certified: bool = False
    tells_open_id: bool = False
    _made: dict[str, object] = field(default_factory=dict, compare=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, compare=False)

    @property
    def app_key(self) -> RSAPrivateKey:
        """The application's own (应用私钥): signs requests. Making it takes 50 to 100 ms, once."""
        return self._once("app_key", keys.generate)

    @property
    def app_public_key(self) -> RSAPublicKey:
        """应用公钥, which the merchant uploads: verifies requests."""
        return self._once("app_public_key", self.app_key.public_key)

    @property
    def platform_key(self) -> RSAPrivateKey:
        """The platform's, whose public half is 支付宝公钥: signs answers, notifies and returns."""
        return self._once("platform_key", keys.generate)

    @property
    def certificates(self) -> AlipayCertificates:
        """The application's, the platform's and the root's; they exist in either mode."""
        return self._once(
            "certificates",
            lambda: new_certificates(
                app_id=self.app_id,
                app_key=self.app_key.public_key(),
                platform_key=self.platform_key.public_key(),
            ),
        )

    def all_made(self) -> tuple[RSAPrivateKey, RSAPrivateKey, AlipayCertificates]:
        """The application's key, the platform's, and the certificates, made now where nobody had asked."""
        return self.app_key, self.platform_key, self.certificates

    def found_again(
        self, app_key: RSAPrivateKey, platform_key: RSAPrivateKey, certificates: AlipayCertificates
    ) -> None:
        """Those from before a restart."""
        self._made.update(app_key=app_key, platform_key=platform_key, certificates=certificates)

    @property
    def buyer_open_id(self) -> str:
        """How an application that knows no buyer_id calls whoever pays when nobody is named."""
        return self.open_id_of(self.buyer_id)

    @property
    def buyer_logon_id(self) -> str:
        """The test payer's account, masked."""
        return self.logon_id_of(self.buyer_id)

    def open_id_of(self, buyer_id: str) -> str:
        """How this application calls a payer: 48 characters, another with each application."""
        digest = hashlib.sha384(f"{self.app_id} {buyer_id}".encode()).hexdigest()
        return f"0{digest[:47]}"

    @staticmethod
    def logon_id_of(buyer_id: str) -> str:
        """A payer's account as answers show it."""
        return f"b{buyer_id[-2:]}***@sandbox.com"

    def _once(self, name: str, make: Callable[[], Made]) -> Made:
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            found: Made = self._made[name]  # type: ignore[assignment]
            return found


def new_alipay_identity(*, certified: bool = False, tells_open_id: bool = False) -> AlipayIdentity:
    """Fresh numbers in the shapes of the sandbox."""
    return AlipayIdentity(
        app_id=f"9021{_digits(12)}",
        seller_id=f"2088721{_digits(9)}",
        seller_email=f"golive{_digits(6)}@sandbox.com",
        buyer_id=f"2088722{_digits(9)}",
        certified=certified,
        tells_open_id=tells_open_id,
    )


def _digits(count: int) -> str:
    return f"{secrets.randbelow(10**count):0{count}d}"
