"""Plays the platforms beside a simulator in the foreground, and says so in its terminal."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import indent

from harness.core.control import Language
from harness.core.findings import told_in
from harness.core.texts import read_texts
from harness.simulator.as_platform.playing import playing_platforms
from harness.simulator.as_platform.routes import PLAYED

_WORDS = read_texts(Path(__file__).with_name("said.yaml"))["lines"]


@contextmanager
def announced(
    behind: socket.socket, *, allowed: Collection[str], language: Language, say: Callable[[str], None]
) -> Iterator[list[str]]:
    """As `playing_platforms`; yields the lines to begin with, and later says what led nowhere.

    Args:
        say: prints a line.
    """

    def line(name: str, value: str) -> str:
        return indent(_WORDS[name].filled(hosts=value, why=value).spoken(language), "  ")

    def refused(why: str) -> None:
        say(line("refused", told_in(why, language)))

    with playing_platforms(behind, allowed=allowed, refused=refused):
        yield [line("plays", ", ".join(PLAYED))]
