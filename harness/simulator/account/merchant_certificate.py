"""The merchant's own API certificate, as the portal hands it out; some SDKs read its serial number off it."""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from harness.core.clock import wire_now
from harness.simulator.account.identity import CERTIFICATE_YEARS, Identity

_ROUNDS = 50_000


def merchant_certificate(
    identity: Identity, *, serial: str | None = None, key: RSAPrivateKey | None = None
) -> x509.Certificate:
    """Its common name is the merchant number, its issuer the platform.

    Args:
        serial: None: the configured one, that of the account's first.
        key: whose public half it holds; None: the account's first.
    """
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "GoLive simulated merchant"),
            x509.NameAttribute(NameOID.COMMON_NAME, identity.mchid),
        ]
    )
    platform = identity.certificate
    effective = (wire_now() - timedelta(days=1)).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(x509.load_pem_x509_certificate(platform.pem.encode()).subject)
        .public_key((key or identity.merchant_key).public_key())
        .serial_number(int(serial or identity.merchant_serial, 16))
        .not_valid_before(effective)
        .not_valid_after(effective + CERTIFICATE_YEARS)
        .sign(platform.private_key, hashes.SHA256())
    )


def certificate_store(identity: Identity, certificate: x509.Certificate) -> bytes:
    """The certificate with its key as PKCS#12; the password is the merchant number.

    Encrypted as old readers want it (3DES), like the portal's own: Java 8 reads nothing newer.
    """
    protection = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
        .hmac_hash(hashes.SHA1())  # noqa: S303 - old readers know no other
        .build(identity.mchid.encode())
    )
    return pkcs12.serialize_key_and_certificates(
        b"Tenpay Certificate", identity.merchant_key, certificate, None, protection
    )
