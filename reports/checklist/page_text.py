"""The text of a saved page without its layout, so that two copies of the same words have the same digest.

Left out: scripts, styles, comments, menus, header and footer, tags, and every blank. What stays are the
characters of the words in their order, composed (NFC). A page saved as HTML and the same page saved as
Markdown differ: compare like with like.
"""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

from harness.core.errors import UsageError
from reports.checklist.small_file import read_small

_SILENT = frozenset(
    {"script", "style", "noscript", "template", "svg", "nav", "header", "footer", "iframe", "title"}
)
"""What holds no words of the page itself; each of them has an end tag."""
_BLANK = re.compile("[\\s\u00a0\u200b-\u200d\u2060\ufeff]+")
_HTML = re.compile(r"<(?:!doctype|html|head|body|main|article|div|p)\b", re.IGNORECASE)
LONGEST = 16 * 1024 * 1024
"""Bytes of a saved page; one with its pictures inside is longer and says no more."""


class _Words(HTMLParser):
    """Collects the words of a page; an element of the silent ones that is never closed ends with the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def text_of_page(path: Path) -> str:
    """The words of a saved page: HTML, Markdown or plain text, without a blank.

    Raises:
        UsageError: it cannot be read, is too long, is not UTF-8, or holds no words.
    """
    text = read_small(path, LONGEST)
    words = normalised(text)
    if not words:
        raise UsageError(
            "the page holds no words",
            where=str(path),
            remedy="save it again once the browser shows its text, as a complete page",
        )
    return words


def normalised(text: str) -> str:
    """The words of a page as text, HTML or not."""
    if _HTML.search(text):
        parser = _Words()
        parser.feed(text)
        parser.close()
        text = "".join(parser.words)
    return _BLANK.sub("", unicodedata.normalize("NFC", text))
