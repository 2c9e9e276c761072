"""Attacks with the serial of a key that nobody holds, and the platform's signature (CBK-05, facts 2.3).

A merchant that verifies with the one key it has, whatever the serial says, takes a withdrawn key's word.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from harness.callbacks.apiv3.header_lines import SERIAL, header, with_header
from harness.callbacks.attack import Change


def _serial(make: Callable[[str], str]) -> Change:
    return lambda original: with_header(original.callback, SERIAL, make(header(original.callback, SERIAL)))


CHANGES: dict[str, Change] = {
    "serial-of-no-certificate": _serial(lambda own: secrets.token_hex(20).upper()),
    "serial-of-no-public-key": _serial(lambda own: f"PUB_KEY_ID_{secrets.randbelow(10**28):028d}"),
    "serial-continued": _serial(lambda own: f"{own}0"),
    "serial-cut": _serial(lambda own: own[:-1]),
    "serial-of-zeros": _serial(lambda own: "0" * 40),
}
