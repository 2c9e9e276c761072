"""What a profile leaves out, or says wrongly of the app: the one error for it, and the line it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.core.errors import ConfigurationError


class ProfileGap(ConfigurationError):
    """The profile leaves out what a check needs, or names what the app does not have: that proves nothing."""


class NoForm(ProfileGap):
    """A page that was to be used like a person shows no form."""


def lines_of(text: str) -> dict[str, int]:
    """On which line of a TOML file each table and member stands, by its dotted name."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+([\w.\-\"]+)\]+", line):
            table = header[1].replace('"', "") + "."
            found.setdefault(table[:-1], number)
        elif member := re.match(r"\s*([\w.\-]+)\s*=", line):
            found.setdefault(table + member[1], number)
    return found


def place(lines: Mapping[str, int], name: str) -> str:
    """`line 12 (order.qr.form)`: of the member, or of the nearest table around it that is written down."""
    around = name
    while around and around not in lines:
        around = around.rpartition(".")[0]
    return f"line {lines[around]} ({name})" if around else name
