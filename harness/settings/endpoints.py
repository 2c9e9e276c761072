"""Which hosts a run may ask: the platform's own, and those that `golive.toml [endpoints]` names.

    [endpoints."pay.example.com"]               # or "pay.example.com:8443"
    attestation = "papers/pay-example.pdf"      # who says whose platform this is; relative to golive.toml
    sha256 = "9f86d081884c7d65…"                # of that file
    expires = 2027-06-30

A named host may be asked. Only a valid attestation lets its evidence be worth more than a simulator's.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from harness.core.control import Model
from harness.core.errors import ConfigurationError
from harness.core.payment import Provider
from harness.core.platform_hosts import ALIPAY_HOSTS, PLATFORM_HOSTS
from harness.settings.addresses import Address

FILE = Path("golive.toml")
HTTPS = 443
_LISTED = {Provider.WECHAT: PLATFORM_HOSTS, Provider.ALIPAY: ALIPAY_HOSTS}
LARGEST_PAPER = 64 * 1024 * 1024
"""Bytes of an attestation that are read to compute its digest."""


class NamedEndpoint(Model):
    """One host of `[endpoints]`. The three members come together, or none does."""

    attestation: str | None = None
    """Path of the paper that says whose platform the host is."""
    sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = None
    """The paper's digest, so that another paper in its place counts for nothing."""
    expires: date | None = None
    """The first day on which it no longer holds."""

    @model_validator(mode="after")
    def _together(self) -> Self:
        given = [self.attestation, self.sha256, self.expires]
        if any(given) and not all(given):
            raise ValueError("attestation, sha256 and expires come together")
        return self

    def attested(self, folder: Path, today: date) -> bool:
        """Whether the paper is there, below `folder`, is the very one, and still holds."""
        if not (self.attestation and self.sha256 and self.expires) or today >= self.expires:
            return False
        try:
            with (folder / self.attestation).open("rb") as stream:
                paper = stream.read(LARGEST_PAPER)
        except OSError:
            return False
        return hashlib.sha256(paper).hexdigest() == self.sha256.lower()


_ENDPOINTS = TypeAdapter(dict[str, NamedEndpoint])


class Endpoints:
    """The hosts that may be asked.

    Args:
        named: by `host` or `host:port`.
        folder: where attestations lie.
    """

    def __init__(self, named: Mapping[str, NamedEndpoint], folder: Path) -> None:
        self._named = {name.lower(): endpoint for name, endpoint in named.items()}
        self._folder = folder

    @classmethod
    def read(cls, path: Path = FILE) -> Self:
        """Read `[endpoints]` of a file; without one, or without that table, only the platform's own hosts.

        Raises:
            ConfigurationError: no TOML, or an entry that is not what it must be; every one is named.
        """
        try:
            tables = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return cls({}, path.parent)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigurationError(
                f"it cannot be read: {error}", where=str(path), remedy="mend it, or move it out of the way"
            ) from None
        try:
            return cls(_ENDPOINTS.validate_python(tables.get("endpoints", {})), path.parent)
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
            raise ConfigurationError(
                f"[endpoints] is not what it must be: {wrong}",
                where=str(path),
                remedy='write [endpoints."host"] with attestation, sha256 and expires, or with none of them',
            ) from None

    def listed(self, address: Address, provider: Provider = Provider.WECHAT) -> bool:
        """Whether it is that platform's own, on the built-in list."""
        return address.host in _LISTED[provider] and address.effective_port == HTTPS

    def named(self, address: Address) -> NamedEndpoint | None:
        """The entry of an address; without a port it stands for 443."""
        whole = f"{address.host}:{address.effective_port}"
        plain = address.host if address.effective_port == HTTPS else whole
        return self._named.get(whole) or self._named.get(plain)

    def attested(self, address: Address, today: date) -> bool:
        """Whether a valid paper says whose platform an address is."""
        entry = self.named(address)
        return entry is not None and entry.attested(self._folder, today)


def is_private(host: str) -> bool:
    """Whether a host is an address of a private network. A name is not looked up."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return False
