"""Every mistake with a text made of lines: with the lines, with the body in them, and with the whole text."""

from __future__ import annotations

from collections.abc import Iterator

from harness.signing.diagnosis.bodies import changed_bodies
from harness.signing.diagnosis.filled_in import MORE
from harness.signing.diagnosis.lines import CLOCK, MILLISECONDS, SECONDS, TABLE, Lines
from harness.signing.diagnosis.mistake import candidates, of_any_text


def mistakes_of(lines: Lines) -> Iterator[tuple[str, bytes]]:
    """Every known mistake's name and the text that it signs."""
    yield from candidates(TABLE, lines)
    for name, body in changed_bodies(lines.parts["body"]):
        yield name, lines.text(body=body)
    yield from of_any_text(lines.text())
    yield from candidates(MORE, lines)
    yield from candidates((CLOCK, SECONDS if lines.in_ms else MILLISECONDS), lines)
