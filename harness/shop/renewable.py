"""The shop's gateway with the key that requests are signed by, which is exchanged while shoppers order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from harness.gateways.protocol import PaymentGateway
from harness.settings.model import Settings, WeChatSettings
from harness.signing.keys import load_private_key

Opened = Callable[[Settings], PaymentGateway]


class Renewable:
    """Whatever gateway the settings ask for now. Thread-safe.

    A new one stands ready before it takes the place of the old one, which ends what it has begun.

    Args:
        opened: makes one of settings.
        settings: those at the start.
    """

    def __init__(self, opened: Opened, settings: Settings) -> None:
        self._opened = opened
        self._lock = threading.Lock()
        self._ever: list[PaymentGateway] = []
        self.settings = settings
        self.renew(settings)

    @property
    def wechat(self) -> WeChatSettings:
        """The merchant account, with the key of today."""
        return self.settings.wechat

    def renew(self, settings: Settings) -> None:
        """From now on everything goes by these settings."""
        fresh = self._opened(settings)
        with self._lock:
            self._ever.append(fresh)
            self.settings = settings
            self.current = fresh

    def __getattr__(self, name: str) -> Any:
        return getattr(self.current, name)

    def close_connections(self) -> None:
        """Close all that there were: an order may have been under way on an earlier one."""
        for each in self._ever:
            each.close_connections()


def with_key(settings: Settings, key_file: str, serial: str) -> Settings:
    """The same merchant account with another certificate of its own.

    Raises:
        ConfigurationError: no private key can be read there.
    """
    key = load_private_key(key_file, name="the new key")
    return replace(settings, wechat=replace(settings.wechat, private_key=key, certificate_serial=serial))
