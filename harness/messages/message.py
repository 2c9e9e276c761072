"""What is told, before any service has shaped it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Mood = Literal["good", "open", "bad"]
"""GO; not yet; something failed."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message in one language. Its texts are inert: nothing in them is mark-up.

    Args:
        title: the verdict.
        lines: what changed, and where things stand; most important first, for the last are cut first.
        link: address of the page; empty: none is configured.
        link_word: what the link is called.
        facts: the same for programs.
    """

    title: str
    lines: tuple[str, ...]
    link: str = ""
    link_word: str = ""
    mood: Mood = "open"
    facts: Mapping[str, Any] = field(default_factory=dict)
