"""验收报告 as a page to print, which a browser makes the PDF of: no script, no address outside it."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from harness.core.control import Language, Text
from harness.core.plain_text import plain
from reports.exports.facts import facts, notices, shortened
from reports.exports.pictures import thumbnail
from reports.exports.review import Line, Review, signing_roles
from reports.exports.words import WORDS
from reports.page.translations import SEVERITIES, VERDICTS

PICTURE = (420, 360)
"""Pixels a picture may take."""


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
    made.filters |= {"picture": picture, "say": say, "shortened": lambda text: shortened(text, language)}
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
