"""Who may shop: demonstration accounts, passwords kept as scrypt digests, sessions kept as token digests."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field
from functools import cache

from harness.shop.store import Store

SESSION_S = 12 * 3600
"""How long a login lasts, in seconds of wire time."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """An account that every shop starts with; its password is public on purpose."""

    email: str
    password: str = field(repr=False)
    phone: str = field(default="", repr=False)
    """Made up; the log masks it."""


DEMONSTRATIONS = (
    Demonstration("shopper@example.com", "golive-shopper", "19900000001"),
    Demonstration("visitor@example.com", "golive-visitor", "19900000002"),
)
"""Two, so that one can be shown not to read the other's orders."""


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=1 << 13, r=8, p=1)


@cache
def _sealed(password: str) -> tuple[bytes, bytes]:
    """Salt and digest; made once a process, since a digest takes its time on purpose."""
    salt = secrets.token_bytes(16)
    return salt, _digest(password, salt)


class Accounts:
    """Logins and sessions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def phone_of(self, email: str) -> str:
        """Of an account; empty of nobody's."""
        return next((each.phone for each in DEMONSTRATIONS if each.email == email), "")

    def log_in(self, email: str, password: str) -> str | None:
        """A fresh session token, or None when the address or the password is wrong."""
        address = email.strip().lower()
        known = next((each.password for each in DEMONSTRATIONS if each.email == address), None)
        # An unknown address costs as much time as a wrong password, so neither is told apart.
        salt, digest = _sealed(known or "")
        matches = hmac.compare_digest(_digest(password, salt), digest)
        if known is None or not matches:
            return None
        token = secrets.token_urlsafe(32)
        with self._store.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE expires < ?", (time.time(),))
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?)",
                (self._token_digest(token), address, time.time() + SESSION_S),
            )
        return token

    def log_out(self, token: str) -> None:
        """End a session; an unknown token is fine."""
        with self._store.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE token_digest = ?", (self._token_digest(token),))

    def of_session(self, token: str) -> str | None:
        """The account a session belongs to, or None."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT account FROM sessions WHERE token_digest = ? AND expires >= ?",
                (self._token_digest(token), time.time()),
            ).fetchone()
        return str(row["account"]) if row else None

    @staticmethod
    def _token_digest(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()
