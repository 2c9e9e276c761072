"""Outages that have a name: whoever has some offers them to the console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.core.control import Text


@dataclass(frozen=True, slots=True)
class Outage:
    """One that a developer may begin, or the end of one."""

    name: str
    text: Text
    begin: Callable[[], None]
