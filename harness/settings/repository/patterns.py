"""What a history is searched for: the file's own secrets in every form, earlier values of the same variables,
and what a kept scanner (detect-secrets) knows of other people's keys and tokens.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from harness.core.errors import ConfigurationError
from harness.settings.context import Context
from harness.settings.placeholders import placeholder
from harness.settings.variables import is_key, is_secret
from harness.signing.keys import traces

SHORTEST = 12
"""Characters of a secret that is searched for: a shorter one stands in many texts by chance."""
RULES = (
    "AWSKeyDetector", "AzureStorageKeyDetector", "GitHubTokenDetector", "GitLabTokenDetector", "NpmDetector",
    "OpenAIDetector", "PypiTokenDetector", "SendGridDetector", "SlackDetector", "SquareOAuthDetector",
    "StripeDetector",
)  # fmt: skip
"""Detectors of detect-secrets whose patterns nothing else looks like."""
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


@dataclass(frozen=True, slots=True)
class Patterns:
    """Texts of one settings file, as bytes, by the variable that has them; and the rules of the scanner."""

    own: dict[bytes, str] = field(repr=False)
    rules: re.Pattern[bytes] | None = field(default=None, repr=False)

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
        for found in _ASSIGNED.finditer(text):
            value = found[2].decode()
            if found[2] not in own and not placeholder(value) and _looks_drawn(value):
                yield Sought(f"an earlier {found[1].decode()}", digest(found[2]))
        if self.rules is not None:
            for found in self.rules.finditer(text):
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


def _rules() -> re.Pattern[bytes]:
    from detect_secrets.core.plugins.util import (  # noqa: PLC0415 - 0.1 s that most commands do not need
        get_mapping_from_secret_type_to_class,
    )

    kinds: dict[str, Any] = get_mapping_from_secret_type_to_class()
    patterns: list[str] = [
        pattern.pattern for kind in kinds.values() if kind.__name__ in RULES for pattern in kind.denylist
    ]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns).encode())
