"""The keys that may have made a signature: the right ones, and those that people take for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from harness.core.control import Text

MOST_KEYS = 12
"""How many keys one diagnosis uses, the right ones first: what it costs is bounded by this."""


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A key and what people call it. `serial` is how messages name it, upper-case hex; empty: they do not."""

    name: Text
    key: RSAPublicKey
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Keyring:
    """What a signature is tried against.

    Args:
        right: those that may sign such a message; under several serials there may be several.
        others: keys of the same account that are for something else.
        other_serials: serials of keys that sign nothing of this kind, the other side's: taken for ours at
            times, in upper case.
    """

    right: tuple[NamedKey, ...]
    others: tuple[NamedKey, ...] = ()
    other_serials: Collection[str] = ()

    def under(self, serial: str) -> NamedKey | None:
        """The right key of that serial, in either case."""
        return next((each for each in self.right if each.serial and each.serial == serial.upper()), None)

    def in_turn(self, serial: str) -> list[NamedKey]:
        """All of them, the one that is named first; no more than `MOST_KEYS`."""
        named = self.under(serial)
        turn = [named] if named else []
        turn += [each for each in (*self.right, *self.others) if each is not named]
        return turn[:MOST_KEYS]


MERCHANT = Text.of("商户 API 证书私钥", "the key of the merchant API certificate")
MCP = Text.of("MCP 接口的商户私钥", "the merchant's key of the MCP endpoint")
APP = Text.of("支付宝应用私钥", "the key of the Alipay application (应用私钥)")
PLATFORM = Text.of("微信支付平台的密钥", "the platform's key of WeChat Pay")
MCP_PLATFORM = Text.of("MCP 平台的密钥", "the key of the MCP platform")
ALIPAY = Text.of("支付宝平台的密钥", "the key of Alipay's platform (支付宝公钥)")


def public(key: RSAPrivateKey | RSAPublicKey) -> RSAPublicKey:
    """The public half of whichever half it is."""
    return key.public_key() if isinstance(key, RSAPrivateKey) else key
