"""Whose keys sign: those of a running simulator, or a key file and what a settings file says beside it."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from pydantic import ValidationError

from harness.callbacks.callback import Issuer
from harness.callbacks.forms import Form
from harness.callbacks.issuers import issuer_of
from harness.core.bounded_http import BoundedClient
from harness.core.errors import ConfigurationError, EnvironmentUnreachable, GoLiveError, UsageError
from harness.levers.client import LeverRefused, LeversClient
from harness.settings.env_file import EnvFile
from harness.signing.keys import load_private_key

LEVERS_URL, LEVERS_TOKEN = "GOLIVE_LEVERS_URL", "GOLIVE_LEVERS_TOKEN"
_WHOSE = ("WECHAT_PAY_MCH_ID", "ALIPAY_SELLER_ID")
"""Either names the account of a simulator that a settings file belongs to."""
_APIV3_KEY, _KEY_ID, _APP_KEY = "WECHAT_PAY_APIV3_KEY", "WECHAT_PAY_PUBLIC_KEY_ID", "ALIPAY_PRIVATE_KEY"
APIV3_KEY_BYTES = 32
_LOOKS_S = 10.0
"""For the first answer of what is to be a simulator; each later one is believed to end."""
_SERIAL = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class MerchantFile:
    """A merchant's settings file, of which little is needed: half of one will do."""

    source: str
    values: Mapping[str, str] = field(repr=False)

    @classmethod
    def read(cls, path: Path | None) -> MerchantFile:
        """A file; None: an empty one.

        Raises:
            ConfigurationError: it cannot be read.
        """
        return cls(str(path), EnvFile.read(path).values) if path else cls("", {})

    def value(self, name: str) -> str:
        """A variable; empty where it is not set."""
        return self.values.get(name, "").strip()

    def needed(self, name: str) -> str:
        """A variable.

        Raises:
            ConfigurationError: it is not set.
        """
        if found := self.value(name):
            return found
        raise ConfigurationError(
            f"{name} is not set, and this callback cannot be made without it",
            where=self.source or "golive callback",
            remedy=f"name a settings file that sets {name} with --env-file",
        )

    @property
    def has_levers(self) -> bool:
        """Whether it belongs to a simulator."""
        return bool(self.value(LEVERS_URL) and self.value(LEVERS_TOKEN))

    def levers(self) -> LeversClient:
        """Those of its simulator, for its own account; to be closed.

        Raises:
            UsageError: it names no simulator.
            ConfigurationError: the simulator that runs there knows neither its token nor its account.
            EnvironmentUnreachable: no simulator answers there.
        """
        if not self.has_levers:
            raise UsageError(
                "no settings file names a running simulator",
                where=self.source or "golive callback",
                remedy="golive simulator --write-env .env.simulator, then --env-file .env.simulator; "
                "without a simulator: --file ORDER.yaml and --platform-key FILE",
            )
        account = next((found for name in _WHOSE if (found := self.value(name))), None)
        levers = LeversClient(self.value(LEVERS_URL), self.value(LEVERS_TOKEN), mchid=account)
        try:
            self._look_at(levers)
        except GoLiveError:
            levers.close()
            raise
        return levers

    def _look_at(self, levers: LeversClient) -> None:
        """Whether they are the levers of a simulator, and of the one that these settings are of."""
        untrusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # plain http: the machine's roots take 30 ms
        try:
            with BoundedClient(limit_s=_LOOKS_S, verify=untrusting, trust_env=False) as client:
                client.get(f"{self.value(LEVERS_URL)}/health")
        except (httpx.ReadError, httpx.TimeoutException):
            raise _no_simulator(levers) from None  # an answer without end
        except (httpx.HTTPError, httpx.InvalidURL):
            pass  # the levers say it in their own words
        try:
            levers.keys()
        except LeverRefused as refused:
            raise ConfigurationError(
                f"the simulator at {levers.platform} knows no such token"
                if refused.reason == "forbidden"
                else f"the simulator at {levers.platform} knows no such account",
                where=self.source,
                remedy="each start of golive simulator makes new ones: name the settings file that it wrote",
            ) from None
        except (KeyError, TypeError, ValidationError):
            raise _no_simulator(levers) from None


def _no_simulator(levers: LeversClient) -> EnvironmentUnreachable:
    return EnvironmentUnreachable(
        "no simulator answers there", where=levers.platform, remedy=f"check {LEVERS_URL}"
    )


def signing_for(form: Form, settings: MerchantFile, platform_key: Path | None) -> Issuer:
    """Whoever signs callbacks of a form.

    Args:
        platform_key: the private key that signs; None: the running simulator's.

    Raises:
        ConfigurationError: a key cannot be read, or something beside it is missing.
        UsageError: there is neither a key nor a simulator.
        EnvironmentUnreachable: the simulator does not answer.
    """
    if platform_key is None:
        with settings.levers() as levers:
            return issuer_of(levers.keys())
    try:
        key = load_private_key(str(platform_key), name="--platform-key")
    except ConfigurationError as error:
        raise ConfigurationError(
            error.what,
            where=f"--platform-key {platform_key}",
            remedy="name the file of the private key (RSA, in PEM) that the platform is to sign with",
        ) from None
    for name in form.made_up.KEYS:
        settings.needed(name)
    sealed = settings.value(_APIV3_KEY)
    if sealed and len(sealed.encode()) != APIV3_KEY_BYTES:
        raise ConfigurationError(
            f"{_APIV3_KEY} has {len(sealed.encode())} bytes, and an APIv3 key has 32",
            where=settings.source,
            remedy="copy it from the merchant portal once more, without quotes and blanks",
        )
    named = settings.value(_KEY_ID)
    if named and not _SERIAL.fullmatch(named):
        raise ConfigurationError(
            f"{_KEY_ID} cannot stand in a header: it has other characters than letters, digits, - and _",
            where=settings.source,
            remedy="copy it from the merchant portal once more, without quotes and blanks",
        )
    own = settings.value(_APP_KEY)
    return Issuer(
        serial=named,
        private_key=key,
        apiv3_key=sealed,
        mcp_private_key=key,
        alipay_private_key=key,
        alipay_app_key=load_private_key(own, name=_APP_KEY) if own else None,
        appid=settings.value(form.made_up.APP),
    )
