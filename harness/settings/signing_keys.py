"""Which keys of a settings file may have made a signature, rightly or by mistake."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from harness.core.control import Text
from harness.core.errors import ConfigurationError
from harness.settings.env_file import EnvFile
from harness.signing.diagnosis.keyring import (
    ALIPAY,
    APP,
    MCP,
    MCP_PLATFORM,
    MERCHANT,
    PLATFORM,
    Keyring,
    NamedKey,
)
from harness.signing.diagnosis.message import Kind
from harness.signing.keys import load_private_key, load_public_key


class _Source(NamedTuple):
    variable: str
    name: Text
    serial: str = ""
    """The variable that names the key on the wire."""


_PRIVATE = (
    _Source("WECHAT_PAY_PRIVATE_KEY", MERCHANT, "WECHAT_PAY_CERT_SERIAL"),
    _Source("WECHAT_MCP_PRIVATE_KEY", MCP),
    _Source("ALIPAY_PRIVATE_KEY", APP),
)
_PUBLIC = (
    _Source("WECHAT_PAY_PUBLIC_KEY", PLATFORM, "WECHAT_PAY_PUBLIC_KEY_ID"),
    _Source("WECHAT_MCP_PUBLIC_KEY", MCP_PLATFORM),
    _Source("ALIPAY_CERT", ALIPAY),
    _Source("ALIPAY_PUBLIC_KEY", ALIPAY),
)
_RIGHT: Mapping[Kind, tuple[Text, ...]] = {
    Kind.APIV3_REQUEST: (MERCHANT,),
    Kind.APIV3_MESSAGE: (PLATFORM,),
    Kind.ALIPAY_REQUEST: (APP,),
    Kind.ALIPAY_V3_REQUEST: (APP,),
    Kind.ALIPAY_NOTIFY: (ALIPAY,),
    Kind.ALIPAY_ANSWER: (ALIPAY,),
    Kind.ALIPAY_V3_ANSWER: (ALIPAY,),
    Kind.ENVELOPE_REQUEST: (MCP,),
    Kind.ENVELOPE_ALIPAY_REQUEST: (APP,),
    Kind.ENVELOPE_MESSAGE: (MCP_PLATFORM, ALIPAY),
}


def keys_in(env: EnvFile) -> tuple[NamedKey, ...]:
    """The public halves of all keys that a file holds or names.

    Raises:
        ConfigurationError: one of them cannot be read; no secret in it.
    """
    values = env.values
    found: list[NamedKey] = []
    for source in (*_PRIVATE, *_PUBLIC):
        if not (value := values.get(source.variable, "").strip()):
            continue
        place = _placed(value, env.folder)
        if source in _PRIVATE:
            key = load_private_key(place, name=source.variable).public_key()
        else:
            key = load_public_key(place, name=source.variable)
        found.append(NamedKey(source.name, key, values.get(source.serial, "").strip().upper()))
    if not found:
        raise ConfigurationError(
            "it holds no key",
            where=env.source,
            remedy="name the settings file of the app, or a key with --key",
        )
    return tuple(found)


def keyring_of(kind: Kind, keys: tuple[NamedKey, ...]) -> Keyring:
    """Those keys as a message of a kind may have been signed by them."""
    right = tuple(key for key in keys if key.name in _RIGHT[kind])
    others = tuple(key for key in keys if key not in right)
    platform = frozenset(key.serial for key in keys if key.name is PLATFORM and key.serial)
    return Keyring(right, others, platform if kind is Kind.APIV3_REQUEST else ())


def _placed(value: str, folder: Path | None) -> str:
    """A key's file beside the settings, where the value names one."""
    if folder is None or len(value) > 512 or "\n" in value:
        return value
    beside = folder / value
    return str(beside) if beside.is_file() else value
