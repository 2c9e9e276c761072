"""CFG-03: keys load, are long enough, and the platform's key is not our own key's other half."""

from __future__ import annotations

import re
from functools import partial

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from harness.core.errors import ConfigurationError
from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.rules.registry import Context, Ruling, rule
from harness.signing.keys import KEY_BITS, same_pair

CONTROL = "CFG-03"
_finding = partial(Finding.on, CONTROL)
PAIRS = (
    ("WECHAT_MCP_PRIVATE_KEY", "WECHAT_MCP_PUBLIC_KEY"),
    ("WECHAT_PAY_PRIVATE_KEY", "WECHAT_PAY_PUBLIC_KEY"),
)
"""Our private key, and the platform's public key that stands beside it."""
ALIPAY_PAIR = ("ALIPAY_PRIVATE_KEY", "ALIPAY_PUBLIC_KEY")
_BEGIN, _END = re.compile("-----BEGIN [A-Z0-9 ]+-----"), re.compile("-----END [A-Z0-9 ]+-----")
_BODY = re.compile(r"(?:[A-Za-z0-9+/=]+[ \t]*\n?[ \t]*)+")
_PATH = re.compile(r"^(\.{0,2}/|~|\w:\\|\\)|\.(pem|key|crt|cer|der|txt)$")


@rule(CONTROL)
def key_pairs(context: Context) -> Ruling:
    """Each key loads as what its name says, with at least 2048 bits."""
    judged = 0
    findings: list[Finding] = []
    for private_name, public_name in _pairs(context):
        private_line, public_line = context.usable(private_name), context.usable(public_name)
        private = _load(context, private_line, findings) if private_line else None
        public = _load(context, public_line, findings) if public_line else None
        judged += (private_line is not None) + (public_line is not None)
        if not public_line or not isinstance(private, RSAPrivateKey) or not isinstance(public, RSAPublicKey):
            continue
        if same_pair(private, public):
            findings.append(_own_half(public_line, private_name))
    return Ruling(judged, tuple(findings))


@rule(CONTROL)
def pem_as_others_read_it(context: Context) -> Ruling:
    """A PEM that we can read is also one to OpenSSL, and so to Node: it goes line by line."""
    findings: list[Finding] = []
    lines = [
        line for pair in _pairs(context) for line in context.usable_of(*pair) if "-----BEGIN" in line.value
    ]
    for line in lines:
        why = _refused_by_openssl(line.value)
        try:
            _key(context, line)
        except ConfigurationError:
            continue  # key_pairs says so
        if why is not None:
            findings.append(
                _finding(
                    line,
                    f"reads here, but OpenSSL and Node refuse this PEM: {why}",
                    ("name the key's file, or put its whole text in double quotes with one \\n a line end"),
                    blocks=False,
                )
            )
    return Ruling(len(findings), tuple(findings))


def _pairs(context: Context) -> tuple[tuple[str, str], ...]:
    return (*PAIRS, ALIPAY_PAIR) if context.alipay else PAIRS


def _refused_by_openssl(value: str) -> str | None:
    """Why, if so. Applications turn a literal `\\n` into a line end, once, and leave all else as it is."""
    lines = [line.rstrip() for line in value.replace("\\n", "\n").split("\n")]
    begins = next((at for at, line in enumerate(lines) if _BEGIN.fullmatch(line)), None)
    ends = next((at for at, line in enumerate(lines) if _END.fullmatch(line)), None)
    if begins is not None and ends is not None and begins < ends:
        body = "\n".join(lines[begins + 1 : ends]).strip()
        if _BODY.fullmatch(body):
            return None
    if re.search(r"\\(?!n)", value):
        return "a backslash stays at its line ends (\\\\n, or \\r)"
    if re.search(r"^\s*['\"`]|['\"`]\s*$", value):
        return "quotes stayed in the value"
    if "\t" in value:
        return "tabs stand for line ends or indent it"
    return "its BEGIN and END are not lines of their own (blanks stand for line ends, or indent it)"


def _key(context: Context, line: EnvLine) -> RSAPrivateKey | RSAPublicKey:
    return context.private_key(line) if line.key.endswith("PRIVATE_KEY") else context.public_key(line)


def _load(context: Context, line: EnvLine, findings: list[Finding]) -> RSAPrivateKey | RSAPublicKey | None:
    """The key of a line; what is wrong with it is appended to `findings`."""
    try:
        key = _key(context, line)
    except ConfigurationError:
        findings.append(_finding(line, *_why(line)))
        return None
    if key.key_size < KEY_BITS:
        findings.append(
            _finding(
                line,
                f"has {key.key_size} RSA bits; {KEY_BITS} is the least",
                "have a key of 2048 bits or more issued",
            )
        )
    return key


def _why(line: EnvLine) -> tuple[str, str]:
    """What a value that does not load seems to be, and what to do. Shows its length at most."""
    value, private = line.value, line.key.endswith("PRIVATE_KEY")
    own, wanted = ("PRIVATE KEY", "apiclient_key.pem") if private else ("PUBLIC KEY", "pub_key.pem")
    if line.key in ALIPAY_PAIR:
        wanted = "应用私钥.pem" if private else "支付宝公钥.pem"
    whole = f"write the path of {wanted}, or its whole text in double quotes with \\n for each line end"
    if "-----BEGIN" in value and "-----END" not in value:
        return "is a PEM that breaks off: its other lines were not read", whole
    if "ENCRYPTED" in value:
        return (
            "is a private key locked with a passphrase",
            "export it without one into a file of mode 600",
        )
    if "-----BEGIN" in value and own not in value and not (not private and "CERTIFICATE" in value):
        return f"is a PEM, but not of {'a private key' if private else 'a public key'}", whole
    if _PATH.search(value) and len(value) < 256 and "-----" not in value:
        return (
            f"looks like a path ({len(value)} characters), but no file there holds such a key",
            "check the path; a relative one counts from the settings file's folder or the current one",
        )
    kind = "an RSA private key" if private else "an RSA public key or certificate"
    return f"does not parse as {kind} ({len(value)} characters)", whole


def _own_half(line: EnvLine, private_name: str) -> Finding:
    if line.key == "ALIPAY_PUBLIC_KEY":
        return _finding(
            line,
            "is our application's own public key (应用公钥), not Alipay's (支付宝公钥): "
            "it verifies nothing that Alipay signs, and trusts what we sign",
            "copy 支付宝公钥, which the console shows after our own public key was uploaded",
        )
    return _finding(
        line,
        (
            f"is the other half of our own {private_name}, not the platform's key: it verifies nothing "
            "that the platform signs, and trusts what we sign"
        ),
        "download the platform's public key (pub_key.pem) from the merchant portal and use that",
    )
