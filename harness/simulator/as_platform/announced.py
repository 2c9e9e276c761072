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
from harness.simulator.label_column import Row

_WORDS = read_texts(Path(__file__).with_name("said.yaml"))["lines"]


@contextmanager
def announced(
    behind: socket.socket, *, allowed: Collection[str], language: Language, say: Callable[[str], None]
) -> Iterator[list[Row]]:
    """As `playing_platforms`; yields the rows to begin with, and later says what led nowhere.

    Args:
        say: prints a line.
    """

    def refused(why: str) -> None:
        say(indent(_WORDS["refused"].filled(why=told_in(why, language)).spoken(language), "  "))

    with playing_platforms(behind, allowed=allowed, refused=refused):
        yield [Row.of(_WORDS["plays"], language, hosts=", ".join(PLAYED))]
