"""CFG-10: numbers, keys and certificates are one merchant's, as far as files can say so (P§2, C02).

What only the platform knows (whether appid and mchid are bound, whether the serial is the merchant's) is
asked of the endpoint by a scenario.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID

from harness.core.clock import wire_now
from harness.core.errors import ConfigurationError
from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.rules.registry import Context, Ruling, rule
from harness.signing.keys import same_pair

CONTROL = "CFG-10"
_finding = partial(Finding.on, CONTROL, blocks=False)
CERTIFICATE = "apiclient_cert.pem"
"""What the portal hands out beside `apiclient_key.pem`."""
LARGEST = 64 * 1024


@rule(CONTROL)
def one_merchant(context: Context) -> Ruling:
    """Both ways to pay lead to one merchant's orders."""
    named, mchid = context.usable("WECHAT_MCP_MERCHANT_ID"), context.usable("WECHAT_PAY_MCH_ID")
    if named is None or mchid is None:
        return Ruling(judged=0)
    if named.value == mchid.value:
        return Ruling(judged=1)
    return _wrong(
        named,
        f"is another merchant than WECHAT_PAY_MCH_ID (line {mchid.number}): what falls back from MCP "
        "would be paid to somebody else",
        "write the number whose orders these are into both",
    )


@rule(CONTROL)
def whose_serial(context: Context) -> Ruling:
    """Our certificate's serial and the platform's are not taken for one another."""
    own, platform = context.usable("WECHAT_PAY_CERT_SERIAL"), context.usable("WECHAT_PAY_PUBLIC_KEY_ID")
    if own is None or platform is None:
        return Ruling(judged=0)
    if own.value.upper() == platform.value.upper():
        return _wrong(
            own,
            f"is the platform's serial (line {platform.number}), not that of our own certificate",
            f"read it off {CERTIFICATE}: openssl x509 -in {CERTIFICATE} -noout -serial",
        )
    key = context.usable("WECHAT_PAY_PUBLIC_KEY")
    certificate = _read(context.key_text(key).encode()) if key else None
    if certificate is not None and _serial(certificate) != platform.value.upper():
        return _wrong(
            platform,
            "is not the serial of the certificate in WECHAT_PAY_PUBLIC_KEY",
            f"write {_serial(certificate)}",
        )
    return Ruling(judged=1)


@rule(CONTROL, looks_around=True)
def certificate_beside_the_key(context: Context) -> Ruling:
    """Where the portal's certificate lies beside its key, number, serial and key are those of the file."""
    line = context.usable("WECHAT_PAY_PRIVATE_KEY")
    certificate = _beside(context, line) if line else None
    if line is None or certificate is None:
        return Ruling(judged=0)
    findings = []
    try:
        private = context.private_key(line)
    except ConfigurationError:
        private = None  # CFG-03 says so
    public = certificate.public_key()
    if private is not None and not (isinstance(public, RSAPublicKey) and same_pair(private, public)):
        findings.append(
            _finding(
                line,
                f"is not the key of the {CERTIFICATE} beside it",
                "use key and certificate of one download",
            )
        )
    serial = context.usable("WECHAT_PAY_CERT_SERIAL")
    if serial and serial.value.upper() != _serial(certificate):
        findings.append(
            _finding(
                serial,
                f"is not the serial of the {CERTIFICATE} beside the key",
                f"write {_serial(certificate)}",
            )
        )
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    mchid = context.usable("WECHAT_PAY_MCH_ID")
    if mchid and names and str(names[0].value).isdigit() and names[0].value != mchid.value:
        findings.append(
            _finding(
                mchid,
                f"is not the merchant that {CERTIFICATE} beside the key was issued to",
                "use number, key and certificate of one merchant",
            )
        )
    if certificate.not_valid_after_utc <= wire_now():
        findings.append(
            _finding(
                line,
                f"is the key of a certificate that ended on {certificate.not_valid_after_utc:%Y-%m-%d}",
                "have a new certificate issued in the portal, and use its key and serial",
            )
        )
    return Ruling(4, tuple(findings))


def _beside(context: Context, line: EnvLine) -> x509.Certificate | None:
    """The certificate in the folder of the file that a key's line names."""
    source = context.key_source(line)
    if source == line.value and not Path(source).is_absolute():
        return None
    try:
        with Path(source).with_name(CERTIFICATE).open("rb") as stream:
            return _read(stream.read(LARGEST))
    except (OSError, ValueError):
        return None


def _read(text: bytes) -> x509.Certificate | None:
    if b"-----BEGIN CERTIFICATE" not in text:
        return None
    try:
        return x509.load_pem_x509_certificate(text.replace(b"\\n", b"\n"))
    except ValueError:
        return None


def _serial(certificate: x509.Certificate) -> str:
    return f"{certificate.serial_number:040X}"


def _wrong(line: EnvLine, problem: str, fix: str) -> Ruling:
    return Ruling(1, (_finding(line, problem, fix),))
