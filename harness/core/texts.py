"""Reads texts in both languages from a YAML file, where a translator finds them: sections of names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from harness.core.control import Text

Texts = Mapping[str, Text]
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast one where PyYAML was built with it."""


def read_texts(path: Path) -> Mapping[str, Texts]:
    """Texts by section and name. A plain string is a text that is the same in both languages.

    Raises:
        ValidationError: a text lacks a language, or has one more.
    """
    sections = yaml.load(path.read_text("utf-8"), _YAML)  # noqa: S506 - both are safe loaders
    return {
        section: {name: _text(written) for name, written in names.items()}
        for section, names in sections.items()
    }


def read_by_control(path: Path) -> dict[str, tuple[str, Text]]:
    """Control and text by name, from a file whose sections are the ids of controls."""
    sections = read_texts(path)
    return {name: (control, text) for control, texts in sections.items() for name, text in texts.items()}


def read_pairs(path: Path) -> list[Text]:
    """Every text of a file whose sections hold English sentences, each with its Chinese."""
    sections = yaml.load(path.read_text("utf-8"), _YAML)  # noqa: S506 - both are safe loaders
    return [Text(zh=zh, en=en) for pairs in sections.values() for en, zh in pairs.items()]


def _text(written: str | Mapping[str, str]) -> Text:
    return Text.same(written) if isinstance(written, str) else Text(**written)
