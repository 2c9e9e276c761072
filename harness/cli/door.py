"""The language in which the front door itself speaks. It imports nothing: `--help` answers at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from harness.core.terminal_language import terminal_language

if TYPE_CHECKING:
    from harness.core.control import Language


def language_of(arguments: Sequence[str]) -> Language:
    """The one that was asked for, whatever else is wrong with what was typed; else the terminal's."""
    for option, value in pairwise([*arguments, ""]):
        if option == "--lang=zh" or (option, value) == ("--lang", "zh"):
            return "zh"
        if option == "--lang=en" or (option, value) == ("--lang", "en"):
            return "en"
    return terminal_language()
