"""What an attack is: an order's own genuine callback with one thing changed, and the control that says so.

One that arrives as the genuine callback would forges nothing, and a merchant that refuses the genuine one,
too, has refused no attack: whoever delivers attacks sees to both, by `differs` and by a genuine twin.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.callbacks.callback import Callback, Issuer
from harness.core.control import Text
from harness.core.texts import read_by_control
from harness.signing import keys

RSA_BYTES = 256
"""Length of an RSA-2048 signature; 344 characters in base64."""


@dataclass(frozen=True, slots=True)
class Original:
    """The genuine callback that an attack starts from, and what it was made of."""

    issuer: Issuer
    resource: Mapping[str, object]
    """The plaintext it carries."""
    callback: Callback
    earlier: Mapping[str, object] = field(default_factory=dict)
    """What the genuine callback of another order of the same merchant carried; empty where none was seen."""


Change = Callable[[Original], Callback]
"""Makes the forged callback out of the genuine one: one thing is other, all the rest is the order's own."""
Genuine = Callable[[Issuer, Mapping[str, object]], Callback]
"""Builds the genuine callback of a form, signed now."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One way a callback can be wrong. `control` is the id of the control it exercises."""

    id: str
    control: str
    text: Text
    change: Change
    genuine: Genuine
    harmless: bool = False
    """Whether it says what the platform said, only irregularly: who takes it loses nothing, and of a genuine
    one who refuses it, for the platform says it so to few."""
    may_be_acknowledged: bool = False
    """Whether any answer will do, because the platform itself signed it: it must only not be credited."""

    def original(
        self, issuer: Issuer, resource: Mapping[str, object], earlier: Mapping[str, object] | None = None
    ) -> Original:
        """A genuine callback around the resource, to be attacked or to be delivered as it is."""
        return Original(issuer, resource, self.genuine(issuer, resource), earlier or {})

    def forge(self, issuer: Issuer, resource: Mapping[str, object]) -> Callback:
        """The forged callback around the resource, fresh on each call."""
        return self.change(self.original(issuer, resource))


def read_attacks(
    texts: Path,
    changes: Mapping[str, Change],
    genuine: Genuine,
    *,
    harmless: Collection[str] = (),
    may_be_acknowledged: Collection[str] = (),
) -> tuple[Attack, ...]:
    """An attack for each change.

    Args:
        texts: what is forged in each, in sections named by the control that it exercises.
        changes: by the attack's id.
        genuine: builds what they start from.
        harmless: those that forge nothing.
        may_be_acknowledged: those to which any answer will do.
    """
    said = read_by_control(texts)
    return tuple(
        Attack(name, control, text, change, genuine, name in harmless, name in may_be_acknowledged)
        for name, change in changes.items()
        for control, text in (said[name],)
    )


def differs(forged: Callback, genuine: Callback) -> bool:
    """Whether a receiver can tell the two apart: names' case and order, and blanks around values, vanish."""
    return _as_received(forged) != _as_received(genuine)


def _as_received(callback: Callback) -> tuple[list[tuple[str, str]], bytes]:
    lines = [(name.lower(), value.strip(" \t")) for name, value in callback.headers]
    return sorted(lines, key=lambda line: line[0]), callback.body


@cache
def forger_key() -> RSAPrivateKey:
    """The key of somebody who is not the platform; made once a process, because making one takes a while."""
    return keys.generate()


def b64(raw: bytes) -> str:
    """Base64 in one line."""
    return base64.b64encode(raw).decode()
