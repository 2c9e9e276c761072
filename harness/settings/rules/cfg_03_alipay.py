"""CFG-03: in certificate mode all three certificates are there, hold and belong (facts alipay 1.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.core.errors import ConfigurationError
from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.variables import ALIPAY_CERTIFICATES
from harness.signing.alipay import certificate_sn, root_certificate_sn
from harness.signing.keys import KEY_BITS, same_pair

CONTROL = "CFG-03"
_finding = partial(Finding.on, CONTROL)
RENEWAL = timedelta(days=30)
"""So long before the end Alipay issues the next one (facts alipay 0.1)."""
PUBLISHED = frozenset(("866efef280dec9137a87d047ac446315", "7513daaaa48aa3ba2e4018d84402479c"))
"""Serial names of certificates that stand in public code with their keys (facts alipay 10)."""
OWN, THEIRS, ROOTS = ALIPAY_CERTIFICATES
_NAMED_AFTER_APP = re.compile(r"appCertPublicKey_([0-9]{16})\.crt$")


@rule(CONTROL)
def alipay_certificates(context: Context) -> Ruling:
    """All three are there, hold for now, and belong where they stand."""
    if not context.certificate_mode:
        return Ruling(judged=0)
    findings: list[Finding] = []
    for name in ALIPAY_CERTIFICATES:
        line = context.usable(name)
        if line is None:
            findings.append(
                Finding(
                    control=CONTROL,
                    variable=name,
                    line=None,
                    problem="is not set, and certificate mode needs all three certificates",
                    fix="name the .crt file as downloaded from Alipay's console, or delete the other two",
                )
            )
            continue
        try:
            certificates = context.certificates(line)
        except ConfigurationError:
            findings.append(_finding(line, "holds no certificate that can be read", _DOWNLOAD))
            continue
        findings += _belongs(line, certificates, context)
    return Ruling(len(ALIPAY_CERTIFICATES), tuple(findings))


_DOWNLOAD = "name the .crt file as downloaded from Alipay's console"


def _belongs(line: EnvLine, certificates: list[x509.Certificate], context: Context) -> Iterator[Finding]:
    if line.key == ROOTS:
        if not root_certificate_sn(certificates):
            yield _finding(line, "holds no root that is signed with RSA", _DOWNLOAD)
        return
    certificate = certificates[0]
    yield from _in_time(line, certificate)
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < KEY_BITS:
        yield _finding(line, f"is of no RSA key of {KEY_BITS} bits or more", _DOWNLOAD)
        return
    if certificate_sn(certificate) in PUBLISHED:
        yield _finding(
            line, "is a sample certificate of public code", "use the certificate of your own application"
        )
    private = context.usable("ALIPAY_PRIVATE_KEY")
    try:
        ours = private is not None and same_pair(context.private_key(private), key)
    except ConfigurationError:
        return  # the rule of keys says so
    if line.key == THEIRS and ours:
        yield _finding(
            line,
            "is our application's own certificate, not Alipay's: it verifies nothing that Alipay signs",
            "name alipayCertPublicKey_RSA2.crt",
        )
    if line.key == OWN and not ours:
        yield _finding(
            line,
            "is the certificate of another key than ALIPAY_PRIVATE_KEY: Alipay refuses every request",
            "use the certificate that was issued for this key, or the key it was issued for",
        )
    app = context.usable("ALIPAY_APP_ID")
    named = _NAMED_AFTER_APP.search(line.value)
    if line.key == OWN and app and named and named[1] != app.value:
        yield _finding(
            line, "names another application than ALIPAY_APP_ID", "use number and files of one application"
        )


def _in_time(line: EnvLine, certificate: x509.Certificate) -> Iterator[Finding]:
    now = datetime.now(UTC)
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now < begins:
        yield _finding(line, f"is a certificate that begins to hold on {begins:%Y-%m-%d}", _DOWNLOAD)
    elif now >= ends:
        yield _finding(line, f"is a certificate that ended on {ends:%Y-%m-%d}", _DOWNLOAD)
    elif ends - now < RENEWAL:
        yield _finding(
            line,
            f"is a certificate that ends on {ends:%Y-%m-%d}",
            "download the next one before that day, and put it in with its key",
            blocks=False,
        )
