"""What no shopper should be shown: where the app's code stood when it failed, and what it keeps to itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path

import yaml

_PATTERNS = {
    name: re.compile(pattern, re.MULTILINE)
    for name, pattern in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")).items()
}
_BREAK = re.compile(r"<br\s*/?>|</(p|li|div|pre|tr|h\d)>|(\\r)?\\n", re.IGNORECASE)
_MARK = re.compile(r"<[^>\n]*>")
_SHORTEST_SECRET = 8
"""A shorter text is no secret that could be told from a word."""
_DEFAULT_PAGE = re.compile(r"Internal Server Error|Whoops, looks|Application error")


def inner_details(text: str) -> str:
    """Which program's inside an answer shows; empty: none that we know."""
    plain = unescape(_MARK.sub("", _BREAK.sub("\n", text)))
    return next((name for name, known in _PATTERNS.items() if known.search(text) or known.search(plain)), "")


def tells_secret(text: str, secrets: Iterable[str]) -> bool:
    """Whether one of these stands in an answer."""
    return any(secret in text for secret in secrets if len(secret) >= _SHORTEST_SECRET)


def default_page(text: str) -> bool:
    """Whether it is what a framework says where nobody wrote a page for a failure."""
    return _DEFAULT_PAGE.search(text) is not None
