"""A harmless mark in a text that an app is told, and whether a page shows it as text or as mark-up."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser

_AS_IT_IS = ("script", "style")
"""What stands in these is no mark-up until the end of the element."""


@dataclass(frozen=True, slots=True)
class Marker:
    """An empty element with a name of its own, and the signs that end attributes: twenty characters."""

    name: str = field(default_factory=lambda: f"g{secrets.token_hex(3)}")

    @property
    def text(self) -> str:
        """What the app is told."""
        return f"<b id={self.name}></b>\"'&"

    def shown_by(self, page: str) -> bool:
        """Whether the page holds it in any form."""
        return self.name in page

    def unescaped_in(self, page: str) -> str:
        """Where it stands as mark-up: in the page, in an attribute, in a script; empty: nowhere."""
        parser = _Parser(self)
        parser.feed(page)
        parser.close()
        return parser.found


class _Parser(HTMLParser):
    def __init__(self, marker: Marker) -> None:
        super().__init__()
        self.found = ""
        self._marker = marker
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("id", self._marker.name) in attrs:
            self.found = self.found or ("in the page" if tag == "b" else f"in an attribute of <{tag}>")
        head = f"<b id={self._marker.name}>"
        if any(head in value and self._marker.text not in value for _, value in attrs if value):
            self.found = self.found or f"in an attribute of <{tag}>, which its quote ended"
        self._open = tag if tag in _AS_IT_IS else ""

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        # Who writes <\/b> keeps </script> from ending a script, too.
        if self._open and re.search(rf"<b id={self._marker.name}></", data):
            self.found = self.found or f"in a <{self._open}>, which </{self._open}> would end"
