"""The text of a saved page without its layout, so that two copies of the same words have the same digest.

Left out: scripts, styles, comments, menus, header and footer, tags, and every blank. What stays are the
characters of the words in their order, composed (NFC). A page saved as HTML and the same page saved as
Markdown differ: compare like with like.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from harness.core.errors import UsageError
from reports.checklist.small_file import read_small

_SILENT = frozenset({"noscript", "template", "svg", "nav", "header", "footer", "iframe"})
"""What holds no words of the page itself; each of them has an end tag."""
_RAW = {
    name: re.compile(rf"</{name}\b[^>]*>", re.IGNORECASE) for name in ("script", "style", "title", "textarea")
}
"""What is no markup inside, up to its own end tag."""
_TAG = re.compile(r"""<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*)(?:[^>"']|"[^"]*"|'[^']*')*+>""")
_BEGINS = re.compile(r"<[a-zA-Z/!?]")
_BLANK = re.compile("[\\s\u00a0\u200b-\u200d\u2060\ufeff]+")
_HTML = re.compile(r"<(?:!doctype|html|head|body|main|article|div|p)\b", re.IGNORECASE)
LONGEST = 16 * 1024 * 1024
"""Bytes of a saved page; one with its pictures inside is longer and says no more."""


def _words(page: str) -> Iterator[str]:
    """The text between the tags, in one pass: what is never closed ends with the page."""
    at, silent = 0, ""
    while (found := page.find("<", at)) >= 0:
        if not silent:
            yield page[at:found]
        if page.startswith("<!--", found):
            at = _after(page, "-->", found)
        elif (tag := _TAG.match(page, found)) is not None:
            at, name = tag.end(), tag["name"].lower()
            if name in _RAW and not tag["end"]:
                closing = _RAW[name].search(page, at)
                at = closing.end() if closing else len(page)
            elif not silent and name in _SILENT and not tag["end"]:
                silent = name
            elif tag["end"] and name == silent:
                silent = ""
        elif _BEGINS.match(page, found):  # a declaration, or a tag with a quote that is never closed
            at = _after(page, ">", found)
        else:
            at = found + 1
            if not silent:
                yield "<"
    if not silent:
        yield page[at:]


def _after(page: str, end: str, start: int) -> int:
    """Where the page goes on after an end; its own end where there is none."""
    found = page.find(end, start)
    return len(page) if found < 0 else found + len(end)


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
        text = html.unescape("".join(_words(text)))
    return _BLANK.sub("", unicodedata.normalize("NFC", text))
