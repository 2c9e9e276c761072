"""CFG-08: secrets are strong, differ from one another, and stand in no public document (P§2, C37).

JWT and API keys of our own choosing have 256 bits. The two keys that the platform wants to be 32 characters
are judged for that: letters and digits have at most 190 there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from harness.core.errors import ConfigurationError
from harness.settings.env_file import EnvLine
from harness.settings.finding import Finding
from harness.settings.published import published_key, published_text
from harness.settings.rules.registry import Context, Ruling, rule
from harness.settings.strength import WANTED_BITS, WANTED_BITS_OF_32, estimated_bits
from harness.settings.variables import BY_NAME, is_key, is_secret
from harness.signing.keys import bare_public

CONTROL = "CFG-08"
_finding = partial(Finding.on, CONTROL, blocks=False)
APIV3_KEY_BYTES = 32
OF_32 = ("WECHAT_PAY_API_KEY", "WECHAT_PAY_APIV3_KEY")
"""Keys of exactly 32 characters, as the platform has them."""
API_KEYS = (*OF_32, "WECHAT_MCP_API_KEY", "ALIPAY_MCP_API_KEY")
_OWN = re.compile(r"(?:^|_)(?:JWT|SESSION|COOKIE|AUTH|NEXTAUTH|ENCRYPTION|SIGNING)(?:_\w+)?_(?:SECRET|KEY)$")
"""What an application signs and seals with by itself."""


@rule(CONTROL)
def apiv3_key(context: Context) -> Ruling:
    """The APIv3 key is 32 bytes, else no callback can be decrypted (facts 2.6)."""
    line = context.usable("WECHAT_PAY_APIV3_KEY")
    length = len(line.value.encode()) if line else APIV3_KEY_BYTES
    if line is None or length == APIV3_KEY_BYTES:
        return Ruling(judged=int(line is not None))
    raw = length + line.value.count("$")
    return Ruling(
        judged=1,
        findings=(
            _finding(
                line,
                f"is {length} bytes long as @next/env reads it ({raw} for loaders that keep the backslash) "
                "instead of 32"
                if "\\$" in line.written
                else f"is {length} bytes long instead of 32",
                "use the APIv3 key as set in the portal: not the API key, and not encoded again",
                blocks=True,
            ),
        ),
    )


@rule(CONTROL, looks_around=True)
def drawn_and_long(context: Context) -> Ruling:
    """Each key that is a text was drawn, and is long enough."""
    lines = [
        line
        for line in _texts(context)
        if (line.key in API_KEYS or _OWN.search(line.key)) and not _of_another_length(line)
    ]
    findings = []
    for line in lines:
        wanted = WANTED_BITS_OF_32 if line.key in OF_32 else WANTED_BITS
        bits = int(estimated_bits(line.value) + 1e-6)
        if bits < wanted:
            findings.append(
                _finding(
                    line,
                    f"has {bits} bits of chance at most ({len(line.value)} characters), "
                    f"and {wanted} are wanted",
                    "draw 32 letters and digits by a password generator, and set them in the portal, too"
                    if line.key in OF_32
                    else "draw it anew, e.g. with: openssl rand -hex 32",
                )
            )
    return Ruling(len(lines), tuple(findings))


@rule(CONTROL)
def no_two_equal(context: Context) -> Ruling:
    """No secret stands for two things: one that is lost would open the other's door."""
    first: dict[str, EnvLine] = {}
    findings = []
    secrets = list(_comparable(context))
    for secret in secrets:
        line, earlier = secret.line, first.setdefault(secret.same, secret.line)
        if _meaning(earlier.key) != _meaning(line.key):
            findings.append(
                _finding(
                    line,
                    f"is the same secret as {earlier.key} (line {earlier.number})",
                    "have one of them issued or drawn anew",
                )
            )
    return Ruling(len(secrets), tuple(findings))


@rule(CONTROL)
def not_published(context: Context) -> Ruling:
    """No secret is one of those that documents and demos print."""
    findings = []
    secrets = list(_comparable(context))
    for secret in secrets:
        where = secret.published
        if where:
            findings.append(
                _finding(
                    secret.line,
                    f"is a published sample ({where}): whoever looks can use it",
                    "have it issued or drawn anew, and never use this one again",
                )
            )
    return Ruling(len(secrets), tuple(findings))


class _Secret(NamedTuple):
    """A secret, and what makes another text the same one."""

    line: EnvLine
    same: str
    published: str | None


def _comparable(context: Context) -> Iterator[_Secret]:
    """Payment's secrets and the application's own."""
    for line in _texts(context):
        if line.key in BY_NAME or _OWN.search(line.key):
            yield _Secret(line, line.value, published_text(line.value))
    for variable in context.variables():
        line_of_key = context.usable(variable.name) if variable.secret and is_key(variable.name) else None
        if line_of_key is not None:
            try:
                public = context.private_key(line_of_key).public_key()
            except ConfigurationError:
                continue  # CFG-03 says so
            yield _Secret(line_of_key, bare_public(public), published_key(public))


def _texts(context: Context) -> Iterator[EnvLine]:
    """The secrets that count and are no RSA keys, each by the line that decides."""
    counted = {variable.name for variable in context.variables()}
    for name in dict.fromkeys(line.key for line in context.env.lines):
        line = context.usable(name)
        if line is None or not is_secret(name) or is_key(name) or "-----BEGIN" in line.value:
            continue
        if name in counted or name not in BY_NAME:
            yield line


def _of_another_length(line: EnvLine) -> bool:
    """Whether `apiv3_key` says all there is to say."""
    return line.key == "WECHAT_PAY_APIV3_KEY" and len(line.value.encode()) != APIV3_KEY_BYTES


def _meaning(name: str) -> str:
    """What a secret is for: one library reads the same one by two names."""
    return name.replace("NEXTAUTH", "AUTH")
