"""What a history is searched for: the file's own secrets in every form, earlier values of the same variables,
and what a kept scanner (detect-secrets) knows of other people's keys and tokens.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from harness.core.errors import ConfigurationError
from harness.settings.context import Context
from harness.settings.placeholders import placeholder
from harness.settings.variables import is_key, is_secret
from harness.signing.keys import traces

SHORTEST = 12
"""Characters of a secret that is searched for: a shorter one stands in many texts by chance."""
RULES: dict[str, tuple[bytes, ...]] = {
    "AWSKeyDetector": (b"AKIA", b"ASIA", b"ABIA", b"ACCA", b"A3T", b"aws", b"AWS", b"Aws"),
    "AzureStorageKeyDetector": (b"AccountKey=",),
    "GitHubTokenDetector": (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_"),
    "GitLabTokenDetector": (
        *(b"glpat-", b"gldt-", b"glft-", b"glsoat-", b"glrt-", b"GR1348941"),
        *(b"glcbt-", b"glimt-", b"glptt-", b"glagent-", b"gloas-"),
    ),
    "NpmDetector": (b"_authToken=",),
    "OpenAIDetector": (b"T3BlbkFJ",),
    "PypiTokenDetector": (b"pypi-",),
    "SendGridDetector": (b"SG.",),
    "SlackDetector": (b"xox", b"hooks.slack.com"),
    "SquareOAuthDetector": (b"sq0csp-",),
    "StripeDetector": (b"k_live_",),
}
"""Detectors of detect-secrets whose patterns nothing else looks like, and what each match has in it.

Looking for those first makes a search five times as fast: most texts have none.
"""
_BLOCK = re.compile(
    rb"-----BEGIN ((?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY)-----"
    rb"([\sA-Za-z0-9+/=\\,:-]{200,6000}?)-----END"
)
_NAMES = (
    rb"WECHAT_PAY_APIV3_KEY|WECHAT_PAY_API_KEY|WECHAT_MCP_API_KEY|ALIPAY_MCP_API_KEY|JWT_(?:[A-Z]+_)?SECRET"
)
_ASSIGNED = re.compile(
    rb"\b(" + _NAMES + rb")\b['\"]?\s*[=:]\s*['\"`]?([0-9A-Za-z+/=_-]{24,128})(?![0-9A-Za-z+/=_-])"
)


@dataclass(frozen=True, slots=True)
class Sought:
    """Something found: what it is, and the digest by which it can be declared harmless."""

    what: str
    digest: str


class Rule(NamedTuple):
    """A pattern of the scanner's, and texts of which each match has one."""

    marks: tuple[bytes, ...]
    pattern: re.Pattern[bytes]


@dataclass(frozen=True, slots=True)
class Patterns:
    """Texts of one settings file, as bytes, by the variable that has them; and the rules of the scanner."""

    own: dict[bytes, str] = field(repr=False)
    rules: tuple[Rule, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, context: Context) -> Patterns:
        """What to search for on behalf of a settings file."""
        own: dict[bytes, str] = {}
        for line in context.env.lines:
            if is_secret(line.key) and not placeholder(line.value):
                own.update((text.encode(), line.key) for text in _forms(context, line.key, line.value))
        return cls(own, _rules())

    def own_in(self, text: bytes) -> Iterator[Sought]:
        """The file's own secrets in a text."""
        for secret, name in self.own.items():
            if secret in text:
                yield Sought(name, digest(secret))

    def others_in(self, text: bytes) -> Iterator[Sought]:
        """Other secrets in a text: earlier values, private keys, tokens."""
        own = self.own
        if b"PRIVATE KEY-----" in text:
            for found in _BLOCK.finditer(text):
                body = re.sub(rb"\\n|\\r|\s", b"", found[2])
                if len(set(body)) > 20 and not any(secret in body for secret in own):
                    yield Sought(found[1].decode().lower(), digest(body))
        for found in _ASSIGNED.finditer(text) if b"_KEY" in text or b"_SECRET" in text else ():
            value = found[2].decode()
            if found[2] not in own and not placeholder(value) and _looks_drawn(value):
                yield Sought(f"an earlier {found[1].decode()}", digest(found[2]))
        for rule in self.rules:
            if any(mark in text for mark in rule.marks):
                for found in rule.pattern.finditer(text):
                    yield Sought("a token of another service", digest(found[0]))


def digest(secret: bytes) -> str:
    """The name of a secret that tells nothing of it: the beginning of its SHA-256."""
    return hashlib.sha256(secret).hexdigest()[:16]


def _forms(context: Context, name: str, value: str) -> Iterable[str]:
    """The texts by which a secret shows in a file, whatever its quoting or line ends."""
    if not is_key(name):
        return [value, value.replace("$", "\\$")] if len(value) >= SHORTEST else []
    line = context.line(name)
    try:
        return traces(context.private_key(line)) if line else []
    except ConfigurationError:
        return []


def _looks_drawn(value: str) -> bool:
    """Whether a text of letters is no word: digits and letters change place often."""
    return sum(one.isdigit() != other.isdigit() for one, other in pairwise(value)) >= 6


def _rules() -> tuple[Rule, ...]:
    from detect_secrets.core.plugins.util import (  # noqa: PLC0415 - 0.1 s that most commands do not need
        get_mapping_from_secret_type_to_class,
    )

    kinds: dict[str, Any] = get_mapping_from_secret_type_to_class()
    return tuple(
        Rule(RULES[kind.__name__], re.compile(pattern.pattern.encode(), pattern.flags & ~re.UNICODE))
        for kind in kinds.values()
        if kind.__name__ in RULES
        for pattern in kind.denylist
    )
