"""How shoppers reach the app over https, as its profile says where its own address does not."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from harness.core.control import Model


def address(value: str) -> str:
    """Scheme, host and port of an app, without a slash at the end.

    Raises:
        ValueError: there is more in it, or less.
    """
    cleaned = value.rstrip("/")
    scheme, _, rest = cleaned.partition("://")
    if scheme not in ("http", "https") or not rest or any(sign in rest for sign in "/?#@ "):
        raise ValueError("wants scheme, host and perhaps a port, e.g. http://127.0.0.1:3000")
    return cleaned


def secure(value: str) -> str:
    """The same over https.

    Raises:
        ValueError: it is another.
    """
    if not value.startswith("https://"):
        raise ValueError("wants an address that starts with https://, e.g. https://shop.example.com")
    return address(value)


SecureAddress = Annotated[str, AfterValidator(secure)]
AnyAddress = Annotated[str, AfterValidator(address)]


class Https(Model):
    """The address that a proxy in front gives it, and what is believed there in a rehearsal."""

    address: SecureAddress | None = None
    """Scheme, host and port; None: base_url, where that is https."""
    http: AnyAddress | None = None
    """Where plain http is answered; None: at port 80 of the same host, where https is at 443."""
    ca_file: Annotated[str, Field(min_length=1)] | None = None
    """An authority of your own, as PEM, from where the profile lies. A real platform's run believes public
    roots alone."""
