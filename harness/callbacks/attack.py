"""What an attack is: a callback that a careful merchant refuses, and the control that says so."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.callbacks.callback import Callback, Issuer
from harness.core.control import Text
from harness.core.texts import read_by_control
from harness.signing import keys

RSA_BYTES = 256
"""Length of an RSA-2048 signature; 344 characters in base64."""

Forge = Callable[[Issuer, Mapping[str, object]], Callback]
"""Makes the forged callback, fresh on each call, around the resource it would have carried."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One way a callback can be wrong. `control` is the id of the control it exercises."""

    id: str
    control: str
    text: Text
    forge: Forge


def read_attacks(texts: Path, forges: Mapping[str, Forge]) -> tuple[Attack, ...]:
    """An attack for each forge.

    Args:
        texts: what is forged in each, in sections named by the control that it exercises.
        forges: by the attack's id.
    """
    said = read_by_control(texts)
    return tuple(Attack(name, *said[name], forge) for name, forge in forges.items())


def attack(id_: str, control: str, zh: str, en: str, forge: Forge) -> Attack:
    """An attack with its sentence in both languages."""
    return Attack(id=id_, control=control, text=Text(zh=zh, en=en), forge=forge)


@cache
def forger_key() -> RSAPrivateKey:
    """The key of somebody who is not the platform; made once a process, because making one takes a while."""
    return keys.generate()


def b64(raw: bytes) -> str:
    """Base64 in one line."""
    return base64.b64encode(raw).decode()
