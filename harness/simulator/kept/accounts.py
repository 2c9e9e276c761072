"""Accounts as they stand in the file: the credentials of both sides, so that an app's settings stay true."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime
from typing import Annotated, Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pydantic import BeforeValidator, ConfigDict, PlainSerializer, TypeAdapter
from pydantic.dataclasses import dataclass

from harness.signing import keys
from harness.simulator.account.alipay_certificates import AlipayCertificates
from harness.simulator.account.alipay_identity import AlipayIdentity
from harness.simulator.account.identity import Identity, PlatformCertificate
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.account.merchant_certificates import MerchantCertificates

_LOOSE = ConfigDict(arbitrary_types_allowed=True)


def _key(value: Any) -> Any:
    return keys.load_private_key(value, name="a kept key") if isinstance(value, str) else value


Key = Annotated[RSAPrivateKey, BeforeValidator(_key), PlainSerializer(keys.private_pem)]
"""A private key; in the file as PEM."""


@dataclass(slots=True, kw_only=True, config=_LOOSE)
class CertificateRecord:
    """A certificate of the platform's with its key."""

    serial: str
    private_key: Key
    pem: str
    effective: datetime
    expires: datetime


@dataclass(slots=True, kw_only=True, config=_LOOSE)
class HeldRecord:
    """An API certificate of the merchant's."""

    serial: str
    private_key: Key
    revoked: bool


@dataclass(slots=True, kw_only=True, config=_LOOSE)
class AlipayRecord:
    """The same merchant on Alipay's platform."""

    app_id: str
    seller_id: str
    seller_email: str
    buyer_id: str
    mcp_api_key: str
    certified: bool
    tells_open_id: bool
    app_key: Key
    platform_key: Key
    certificates: AlipayCertificates


@dataclass(slots=True, kw_only=True, config=_LOOSE)
class AccountRecord:
    """A merchant account on both platforms; the members are `Identity`'s, and how it was opened."""

    appid: str
    mchid: str
    openid: str
    apiv3_key: str
    api_key: str
    jwt_secret: str
    jwt_access_secret: str
    jwt_refresh_secret: str
    levers_token: str
    certificates: list[CertificateRecord]
    public_key_id: str
    public_key_private: Key
    merchant_serial: str
    merchant_key: Key
    mcp_api_key: str
    mcp_key: Key
    mcp_platform_key: Key
    key_mode: KeyMode
    alipay: AlipayRecord
    held: list[HeldRecord]
    """Every API certificate of the merchant's, the first among them."""
    experience: bool
    gives_back: bool


_ACCOUNTS = TypeAdapter(AccountRecord)
_SAME = (
    *("appid", "mchid", "openid", "apiv3_key", "api_key", "levers_token", "mcp_api_key", "key_mode"),
    *("jwt_secret", "jwt_access_secret", "jwt_refresh_secret", "public_key_id", "public_key_private"),
    *("merchant_serial", "merchant_key"),
)
"""Members of an identity that its record has under the same name."""
_SAME_OF_ALIPAY = (
    "app_id", "seller_id", "seller_email", "buyer_id", "mcp_api_key", "certified", "tells_open_id",
)  # fmt: skip
_SAME_OF_CERTIFICATES = ("serial", "private_key", "pem", "effective", "expires")


def account_text(
    identity: Identity, held: MerchantCertificates, *, experience: bool, gives_back: bool
) -> bytes:
    """An account as its row has it. Waits for keys that may still be in the making."""
    app_key, platform_key, certificates = identity.alipay.all_made()
    record = AccountRecord(
        **_taken(identity, _SAME),
        mcp_key=identity.mcp.private_key,
        mcp_platform_key=identity.mcp.platform_key,
        certificates=[
            CertificateRecord(**_taken(each, _SAME_OF_CERTIFICATES)) for each in identity.certificates
        ],
        alipay=AlipayRecord(
            **_taken(identity.alipay, _SAME_OF_ALIPAY),
            app_key=app_key,
            platform_key=platform_key,
            certificates=certificates,
        ),
        held=[
            HeldRecord(serial=serial, private_key=key, revoked=revoked) for serial, key, revoked in held.all()
        ],
        experience=experience,
        gives_back=gives_back,
    )
    return _ACCOUNTS.dump_json(record)


def account_of(text: bytes) -> tuple[Identity, AccountRecord]:
    """The account of a row."""
    record = _ACCOUNTS.validate_json(text)
    alipay = AlipayIdentity(**_taken(record.alipay, _SAME_OF_ALIPAY))
    alipay.found_again(record.alipay.app_key, record.alipay.platform_key, record.alipay.certificates)
    identity = Identity(
        **_taken(record, _SAME),
        certificates=tuple(
            PlatformCertificate(**_taken(each, _SAME_OF_CERTIFICATES)) for each in record.certificates
        ),
        _mcp_keys=(_made(record.mcp_key), _made(record.mcp_platform_key)),
        alipay=alipay,
    )
    return identity, record


def _taken(source: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(source, name) for name in names}


def _made(key: RSAPrivateKey) -> Future[RSAPrivateKey]:
    """Nobody waits for it any more."""
    made: Future[RSAPrivateKey] = Future()
    made.set_result(key)
    return made
