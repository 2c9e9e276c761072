"""Two editions of one application's settings: what changes on the upgrade, and what must not be equal.

No value of a secret leaves this module: secrets are compared, and only told to be the same or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.core.errors import ConfigurationError
from harness.settings.context import Context
from harness.settings.env_file import EnvLine
from harness.settings.variables import BY_NAME, is_key, is_secret
from harness.signing.keys import bare_public


class Change(StrEnum):
    """What becomes of a variable on the upgrade."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


ACCOUNTS = {
    "WECHAT_PAY_API_KEY": "WECHAT_PAY_MCH_ID",
    "WECHAT_PAY_APIV3_KEY": "WECHAT_PAY_MCH_ID",
    "WECHAT_PAY_PRIVATE_KEY": "WECHAT_PAY_MCH_ID",
    "ALIPAY_PRIVATE_KEY": "ALIPAY_APP_ID",
}
"""Secrets of which an account has one at a time, and the variable that names the account."""
_OF_BOTH = frozenset(("GOLIVE_LEVERS_TOKEN",))


@dataclass(frozen=True, slots=True)
class Row:
    """One variable in both editions; values of secrets are left out."""

    name: str
    change: Change
    before: EnvLine | None
    after: EnvLine | None
    secret: bool
    shared: bool = False
    """Whether it is a secret that both editions have, though each should have its own."""
    account: str = ""
    """Of a shared secret, the variable by which both editions are one account; empty: they are two."""

    @property
    def must_differ(self) -> bool:
        """Whether an edition has a secret of the other that it could have for itself."""
        return self.shared and not self.account


def compare(before: Context, after: Context) -> tuple[Row, ...]:
    """Every variable that either edition sets, in the order of the second, then of the first."""
    names = dict.fromkeys(line.key for context in (after, before) for line in context.env.lines)
    return tuple(_row(name, before, after) for name in names)


def _row(name: str, before: Context, after: Context) -> Row:
    old, new = before.line(name), after.line(name)
    secret = is_secret(name)
    if old is None or new is None:
        return Row(name, Change.ADDED if old is None else Change.REMOVED, old, new, secret)
    same = _meaning(before, old) == _meaning(after, new)
    usable = before.usable(name) is not None and after.usable(name) is not None
    shared = same and secret and usable and name not in _OF_BOTH and _ours(name)
    account = ACCOUNTS.get(name, "") if shared else ""
    one = bool(account) and _same_account(account, before, after)
    return Row(
        name, Change.SAME if same else Change.CHANGED, old, new, secret, shared, account if one else ""
    )


def _ours(name: str) -> bool:
    """Whether a secret is payment's or what the application signs with: others serve both editions."""
    return name in BY_NAME or "JWT" in name


def _same_account(variable: str, before: Context, after: Context) -> bool:
    old, new = before.usable(variable), after.usable(variable)
    return old is not None and new is not None and old.value == new.value


def _meaning(context: Context, line: EnvLine) -> str:
    """What a line stands for: a key is the same in each way of writing it."""
    if is_key(line.key) and context.usable(line.key) is not None:
        try:
            if line.key.endswith("PRIVATE_KEY"):
                return bare_public(context.private_key(line).public_key())
            return bare_public(context.public_key(line))
        except ConfigurationError:
            return context.key_text(line)
    return line.value
