"""The three certificates of an application in certificate mode, under the names the console gives them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.x509.oid import NameOID

from harness.core.clock import wire_now
from harness.signing import keys
from harness.signing.alipay import certificate_sn, root_certificate_sn

YEARS = timedelta(days=5 * 365)
OWN_AGE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AlipayCertificates:
    """As PEM, with what Alipay calls each (facts alipay 1.9, 10)."""

    app: str
    """`appCertPublicKey_<app_id>.crt`"""
    app_sn: str
    app_ends: datetime
    """After this the platform takes no request that names it."""
    alipay: str
    """`alipayCertPublicKey_RSA2.crt`"""
    alipay_sn: str
    root: str
    """`alipayRootCert.crt`"""
    root_sn: str


@dataclass(frozen=True, slots=True)
class _Authority:
    key: RSAPrivateKey
    certificate: x509.Certificate


def new_certificates(*, app_id: str, app_key: RSAPublicKey, platform_key: RSAPublicKey) -> AlipayCertificates:
    """Issue them; the root is one for this process."""
    root = _root()
    app = _issued(root, f"{app_id}", app_key)
    alipay = _issued(root, "GoLive Sim Alipay", platform_key)
    return AlipayCertificates(
        _pem(app),
        certificate_sn(app),
        app.not_valid_after_utc,
        _pem(alipay),
        certificate_sn(alipay),
        _pem(root.certificate),
        root_certificate_sn([root.certificate]),
    )


@cache
def _root() -> _Authority:
    key = keys.generate()
    name = _name("GoLive Sim Root CA")
    certificate = _builder(name, name, key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    return _Authority(key, certificate.sign(key, hashes.SHA256()))


def _issued(by: _Authority, common_name: str, key: RSAPublicKey) -> x509.Certificate:
    return _builder(_name(common_name), by.certificate.subject, key).sign(by.key, hashes.SHA256())


def _builder(subject: x509.Name, issuer: x509.Name, key: RSAPublicKey) -> x509.CertificateBuilder:
    effective = (wire_now() - OWN_AGE).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(effective)
        .not_valid_after(effective + YEARS)
    )


def _name(common_name: str) -> x509.Name:
    """C, O, OU, CN: the order in which all clients name a certificate alike (facts alipay 10)."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "GoLive"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Simulator"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
