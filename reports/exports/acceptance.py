"""验收报告 as a page to print, which a browser makes the PDF of: no script, no address outside it."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.core.control import Language, Text
from harness.core.plain_text import plain
from reports.exports.facts import facts, notices, shortened
from reports.exports.pictures import thumbnail
from reports.exports.review import Line, Review, signing_roles
from reports.exports.words import WORDS
from reports.page.translations import SEVERITIES, VERDICTS

PICTURE = (420, 360)
"""Pixels a picture may take."""


_OPTION = re.compile(r"(--?[a-z][a-z-]*)")


def _unbroken(text: str) -> Markup:
    """A command whose options are not broken at their dashes: somebody will type it off the paper."""
    parts = _OPTION.split(text)
    return Markup().join(
        Markup('<span class="whole">{}</span>').format(part) if place % 2 else part
        for place, part in enumerate(parts)
    )


def acceptance_page(review: Review, language: Language = "zh") -> str:
    """The acceptance report as HTML; equal reviews give equal text."""

    def picture(line: Line) -> str:
        small = thumbnail(review.record.folder, line.picture, PICTURE) if line.picture else None
        return f"data:image/png;base64,{b64encode(small).decode()}" if small else ""

    def say(text: Text) -> str:
        return plain(text.spoken(language))

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "picture": picture,
        "say": say,
        "shortened": lambda text: shortened(text, language),
        "unbroken": _unbroken,
    }
    return made.get_template("acceptance.html.j2").render(
        facts=facts(review),
        language=language,
        notices=notices(review),
        review=review,
        roles=signing_roles(),
        severities=SEVERITIES,
        verdicts=VERDICTS,
        w=WORDS,
    )
