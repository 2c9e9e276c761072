"""What the exports for people say of their own, in both languages (words.yaml)."""

from __future__ import annotations

from pathlib import Path

from harness.core.texts import read_texts

_TEXTS = read_texts(Path(__file__).with_name("words.yaml"))
WORDS, SENTENCES = _TEXTS["words"], _TEXTS["sentences"]
