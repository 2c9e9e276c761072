"""What may be edited in a callback of API v3: four signature headers and every byte of the body (CBK-16)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from string import ascii_uppercase, digits

from harness.callbacks.apiv3.header_lines import (
    NONCE,
    REQUIRED,
    SERIAL,
    SIGNATURE,
    TIMESTAMP,
    header,
    with_header,
    without_header,
)
from harness.callbacks.callback import Callback
from harness.callbacks.mutations import Edit, replaced, same_signature

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_LETTERS = {TIMESTAMP: digits, NONCE: ascii_uppercase + digits, SIGNATURE: _BASE64, SERIAL: digits}

_ALL_BUT_THE_END = 0.98
"""The last letters of a signature carry bits that mean nothing."""


def draw(random: Random) -> Edit:
    """An edit of a header or, twice as often, of the body."""
    return _header(random) if random.random() < 1 / 3 else _body(random)


def inert(sent: Callback, genuine: Callback) -> bool:
    """Whether only the spelling of the signature's base64 is other."""
    if sent.body != genuine.body or any(_values(sent, name) != _values(genuine, name) for name in _SIGNED):
        return False
    values = _values(sent, SIGNATURE)
    return len(values) == 1 and same_signature(values[0], header(genuine, SIGNATURE))


_SIGNED = (TIMESTAMP, NONCE, SERIAL)


def _values(callback: Callback, name: str) -> list[str]:
    wanted = name.lower()
    return [value for given, value in callback.headers if given.lower() == wanted]


def _header(random: Random) -> Edit:
    name = random.choice(REQUIRED)
    kind, at = (
        random.choice(("replaced", "replaced", "replaced", "left out", "put in", "gone")),
        random.random(),
    )
    if kind == "gone":
        return Edit(f"{name} gone", lambda callback: without_header(callback, name))

    def apply(callback: Callback) -> Callback:
        own = next(iter(_values(callback, name)), "")
        place = int(at * _ALL_BUT_THE_END * len(own))
        new = {
            "replaced": lambda: replaced(own, at * _ALL_BUT_THE_END, _LETTERS[name]),
            "left out": lambda: own[:place] + own[place + 1 :],
            "put in": lambda: own[:place] + _LETTERS[name][int(at * 997) % len(_LETTERS[name])] + own[place:],
        }[kind]()
        return with_header(callback, name, new)

    return Edit(f"a letter of {name} {kind} at {at:.4f}", apply)


def _turned(body: bytes, at: int) -> bytes:
    """Two neighbours change places: the next ones from there on that are not alike."""
    places = (*range(at, len(body) - 1), *range(min(at, len(body) - 1)))
    place = next((each for each in places if body[each] != body[each + 1]), None)
    return body if place is None else body[:place] + body[place : place + 2][::-1] + body[place + 2 :]


def _body(random: Random) -> Edit:
    kind, at, byte = random.choice(tuple(_EDITS)), random.random(), random.randrange(1, 256)
    return Edit(
        f"the body {kind} at {at:.4f} by {byte}",
        lambda callback: replace(
            callback, body=_EDITS[kind](callback.body, int(at * len(callback.body)), byte)
        ),
    )


_EDITS: dict[str, Callable[[bytes, int, int], bytes]] = {
    "altered": lambda body, at, byte: (
        body[:at] + bytes([(body[at] + byte) % 256]) + body[at + 1 :] if body else bytes([byte])
    ),
    "shortened": lambda body, at, byte: body[:at] + body[at + 1 + byte % 3 :],
    "lengthened": lambda body, at, byte: body[:at] + bytes([byte]) + body[at:],
    "cut": lambda body, at, byte: body[:at],
    "doubled": lambda body, at, byte: body[: at + byte % 9 + 1] + body[at:],
    "turned": lambda body, at, byte: _turned(body, at),
}
