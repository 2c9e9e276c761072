"""A clause: one thing a platform asks, in our words, with the pages that say it and when they were read."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Annotated

from pydantic import Field, StringConstraints

from harness.core.control import Model, Text
from harness.core.plain_text import PlainText

Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
"""`sha256:` and 64 hexadecimal digits."""


class CitedPage(Model):
    """A public page that a clause was read on."""

    title: PlainText
    """As the page has it, in its own language."""
    address: PlainText = Field(pattern=r"^https://\S+$")
    """Its public address."""
    date: dt.date | None = None
    """The page's own date of the text that was read; None: the page has none, or it is not known."""
    edition: PlainText = ""
    """Which text that was where there is no date, e.g. a commit."""
    newer: dt.date | None = None
    """A later date that a list of pages gave it; what changed has not been read."""
    digest: Digest | None = None
    """Of its text, as `golive clauses digest` takes it; None: the text was not kept."""

    @property
    def when(self) -> str:
        """Which text was read, for people."""
        return self.date.isoformat() if self.date else self.edition


class Clause(Model):
    """One requirement of a platform."""

    id: str
    """E.g. `C07` or `AL-N4`."""
    platform: str
    """Whose it is: a file's name in the register, e.g. `wechatpay`."""
    statement: Text
    """What is asked, in our words."""
    pages: tuple[CitedPage, ...] = ()
    """Where it stands."""
    unpaged: Text | None = None
    """Why no page is cited; None where one is."""
    uncovered: Text | None = None
    """Why no control answers it; None where one does."""

    @property
    def digest(self) -> str:
        """Of what is recorded of it: statement, pages and dates. Equal records give equal digests."""
        told = self.model_dump(mode="json", include={"id", "statement", "pages"})
        return digest_of(json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def digest_of(text: str) -> str:
    """The digest of a text: SHA-256 over UTF-8, as `sha256:<hex>`."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
