"""Every text of a settings file that must never land in a record, a log or a page."""

from __future__ import annotations

import re

from harness.core.errors import ConfigurationError
from harness.settings.context import Context
from harness.settings.env_file import EnvLine
from harness.settings.placeholders import placeholder
from harness.settings.variables import is_secret
from harness.signing.keys import bare_private, private_pem

SHORTEST = 6
"""Characters; a shorter text (`test`, `true`) stands in every page, so that searching for it says nothing."""

_PASSWORD_IN_URL = re.compile(r"://[^/@:\s]*:(?P<password>[^/@\s]+)@")


def secret_texts(context: Context) -> tuple[str, ...]:
    """The secret values of every line, overridden ones too, longest first.

    A private key counts in each shape it may be printed in: as the file has it, as PEM (with real and with
    literal line ends) and as bare base64. A path to a key is no secret, what the file holds is. Passwords
    inside addresses (`redis://:password@host`) count whatever their variable is called.
    """
    found: set[str] = set()
    for line in context.env.lines:
        found.update(match["password"] for match in _PASSWORD_IN_URL.finditer(line.value))
        if is_secret(line.key) and not placeholder(line.value):
            escaped = line.value.replace("$", "\\$")  # as Next.js wants it written
            found.update(_shapes(context, line) if "PRIVATE_KEY" in line.key else {line.value, escaped})
    return tuple(
        sorted((text for text in found if len(text) >= SHORTEST), key=lambda text: (-len(text), text))
    )


def _shapes(context: Context, line: EnvLine) -> set[str]:
    """The texts by which a private key could be printed; of what is no key, the value itself."""
    try:
        key = context.private_key(line)
    except ConfigurationError:
        return {line.value}
    pem = private_pem(key).strip()
    return {pem, pem.replace("\n", "\\n"), bare_private(key), context.key_text(line)}
