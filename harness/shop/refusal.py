"""What the shop says when it will not do something: an HTTP status and one sentence in both languages."""

from __future__ import annotations

from harness.core.control import Text


def sentence(text: Text) -> str:
    """Both languages in one line, as pages and answers show them."""
    return f"{text.zh} {text.en}"


class Refusal(Exception):
    """Told to the shopper; nothing is half-made when it is raised."""

    def __init__(self, status: int, text: Text) -> None:
        super().__init__(text.en)
        self.status = status
        self.text = text


def refusal(status: int, zh: str, en: str) -> Refusal:
    """A refusal from its two sentences."""
    return Refusal(status, Text(zh=zh, en=en))
