"""A fresh identity per simulator: the platform's credentials and the merchant's, no two secrets equal."""

from __future__ import annotations

import os
import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import NameOID

from harness.core.clock import wire_now
from harness.levers.models import PlatformKeys
from harness.signing import keys
from harness.simulator.account.alipay_identity import AlipayIdentity, new_alipay_identity
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.platform import identifiers

CERTIFICATE_YEARS = timedelta(days=5 * 365)


@dataclass(frozen=True, slots=True)
class PlatformCertificate:
    """One X.509 platform certificate with its key. `serial` is 40 upper-case hex digits."""

    serial: str
    private_key: RSAPrivateKey
    pem: str
    effective: datetime
    expires: datetime

    @property
    def bare(self) -> str:
        """Its base64 in one line without armour."""
        return "".join(line for line in self.pem.splitlines() if not line.startswith("-----"))


@dataclass(frozen=True, slots=True, repr=False)
class McpCredentials:
    """What the plan's step 2 calls the five experience credentials, less the appid."""

    api_key: str
    private_key: RSAPrivateKey
    platform_key: RSAPrivateKey


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Identity:
    """Everything two parties know of each other, both sides of it, since both are simulated.

    `certificates` are the platform's, oldest first; the first signs, a second one is only announced.
    """

    appid: str
    mchid: str
    openid: str
    apiv3_key: str
    api_key: str
    jwt_secret: str
    jwt_access_secret: str
    jwt_refresh_secret: str
    levers_token: str
    certificates: tuple[PlatformCertificate, ...]
    public_key_id: str
    public_key_private: RSAPrivateKey
    merchant_serial: str
    merchant_key: RSAPrivateKey
    mcp_api_key: str
    _mcp_keys: tuple[Future[RSAPrivateKey], Future[RSAPrivateKey]]
    alipay: AlipayIdentity = field(default_factory=new_alipay_identity)
    """The same merchant on Alipay's platform."""
    key_mode: KeyMode = KeyMode.SWITCHING

    @property
    def certificate(self) -> PlatformCertificate:
        """The certificate that signs today."""
        return self.certificates[0]

    @property
    def mcp(self) -> McpCredentials:
        """The MCP credentials; waits for keys that may still be in the making."""
        merchant, platform = self._mcp_keys
        return McpCredentials(self.mcp_api_key, merchant.result(), platform.result())

    def private_key(self, serial: str) -> RSAPrivateKey | None:
        """The platform key that a `Wechatpay-Serial` names, in either case, or None."""
        if serial == self.public_key_id:
            return self.public_key_private
        for certificate in self.certificates:
            if certificate.serial == serial.upper():
                return certificate.private_key
        return None

    def answers_by(self, named: str) -> str:
        """Which credential signs the answer to a request that names this one, or none at all.

        A name that is no credential of the platform's counts as none: there are SDKs that send the serial of
        the merchant's own certificate.
        """
        if self.key_mode is KeyMode.PUBLIC_KEY:
            return self.public_key_id
        if not named or self.key_mode is KeyMode.CERTIFICATE or self.private_key(named) is None:
            return self.certificate.serial
        return named if named == self.public_key_id else named.upper()

    @property
    def callbacks_by(self) -> str:
        """Which credential signs callbacks, whatever the order's request named."""
        certified = self.key_mode is KeyMode.CERTIFICATE
        return self.certificate.serial if certified else self.public_key_id

    @property
    def downloads(self) -> tuple[PlatformCertificate, ...]:
        """The certificates that the merchant may download."""
        return () if self.key_mode is KeyMode.PUBLIC_KEY else self.certificates

    def opens(self, named: str) -> RSAPrivateKey | None:
        """The key for what was encrypted to this credential; None: the account has no such credential."""
        has = named == self.public_key_id or self.key_mode is not KeyMode.PUBLIC_KEY
        return self.private_key(named) if has else None

    def platform_keys(self) -> PlatformKeys:
        """What a forger in a test needs."""
        return PlatformKeys(
            apiv3_key=self.apiv3_key,
            serial=self.certificate.serial,
            private_key_pem=keys.private_pem(self.certificate.private_key),
            public_key_id=self.public_key_id,
            public_key_private_pem=keys.private_pem(self.public_key_private),
            callbacks_by=self.callbacks_by,
            mchid=self.mchid,
            appid=self.appid,
            merchant_public_key_pem=keys.public_pem(self.merchant_key.public_key()),
            mcp_platform_private_key_pem=keys.private_pem(self.mcp.platform_key),
            mcp_merchant_id=self.mchid,
            alipay_platform_private_key_pem=keys.private_pem(self.alipay.platform_key),
            alipay_app_private_key_pem=keys.private_pem(self.alipay.app_key),
        )


def new_identity(
    *,
    certificates: int = 1,
    levers_token: str = "",
    key_mode: KeyMode = KeyMode.SWITCHING,
    alipay: AlipayIdentity | None = None,
) -> Identity:
    """Make an identity. Keys are made side by side; those nobody needs at once are not waited for.

    Args:
        certificates: one, or two as during a rotation (facts 2.3).
        levers_token: of a simulator that has accounts already; empty: a new one.
        key_mode: by which of its credentials the platform is known to it.
        alipay: the merchant on Alipay's platform; a fresh one by default.
    """
    pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="keys")
    platform = [pool.submit(keys.generate) for _ in range(certificates)]
    merchant = pool.submit(keys.generate)
    public = pool.submit(keys.generate)
    mcp = (pool.submit(keys.generate), pool.submit(keys.generate))
    pool.shutdown(wait=False)
    return Identity(
        appid=identifiers.new_appid(),
        mchid=identifiers.new_mchid(),
        openid=identifiers.new_openid(),
        apiv3_key=identifiers.token(32),
        api_key=identifiers.token(32),
        jwt_secret=secrets.token_hex(32),
        jwt_access_secret=secrets.token_hex(32),
        jwt_refresh_secret=secrets.token_hex(32),
        levers_token=levers_token or secrets.token_urlsafe(32),
        certificates=tuple(
            _certificate(key.result(), age=timedelta(days=1 - number)) for number, key in enumerate(platform)
        ),
        public_key_id=identifiers.new_public_key_id(),
        public_key_private=public.result(),
        merchant_serial=f"{identifiers.new_serial():040X}",
        merchant_key=merchant.result(),
        mcp_api_key=secrets.token_hex(32),
        _mcp_keys=mcp,
        key_mode=key_mode,
        alipay=alipay or new_alipay_identity(),
    )


def _certificate(key: RSAPrivateKey, *, age: timedelta) -> PlatformCertificate:
    serial = identifiers.new_serial()
    effective = (wire_now() - age).replace(microsecond=0)
    expires = effective + CERTIFICATE_YEARS
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "GoLive simulated payment platform"),
            x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com sign (simulated)"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(effective)
        .not_valid_after(expires)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    return PlatformCertificate(f"{serial:040X}", key, pem, effective, expires)
