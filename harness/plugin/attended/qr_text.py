"""A QR code drawn with characters, dark on light whatever the colours of the terminal are."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Literal

import segno

Look = Literal["blocks", "spaces", "signs"]
"""`blocks` wants UTF-8 and colours, `spaces` colours alone, `signs` neither."""
QUIET = 4
"""Modules of light around it, as the standard wants."""
_RESET = "\x1b[0m"
_INK_ON_PAPER = "\x1b[38;5;16;48;5;231m"
"""Black and white of the 256 colours, which no theme of a terminal changes."""
_PAPER, _INK = "\x1b[48;5;231m", "\x1b[48;5;16m"
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def drawn(content: str, look: Look) -> str:
    """The code as lines of text.

    `blocks` takes one line for two rows of modules, the others one for each and two columns a module. `signs`
    is for terminals without colours: it is right on a light background, which is all that can be hoped for.
    """
    rows = _rows(content)
    if look == "blocks":
        return "\n".join(_line_of_blocks(rows[at : at + 2]) for at in range(0, len(rows), 2))
    if look == "spaces":
        return "\n".join(_line_of_spaces(row) for row in rows)
    return "\n".join("".join("##" if dark else "  " for dark in row) for row in rows)


def columns_of(content: str, look: Look) -> int:
    """How many columns of a terminal the drawn code takes; a narrower one would break it up."""
    return len(_rows(content)) * (1 if look == "blocks" else 2)


def picture(content: str, *, scale: int = 8) -> bytes:
    """The code as a PNG."""
    kept = BytesIO()
    _code(content).save(kept, kind="png", scale=scale, border=QUIET)
    return kept.getvalue()


def inline(content: str) -> str:
    """The code as SVG, to stand in a page."""
    made: str = _code(content).svg_inline(scale=6, border=QUIET, dark="#000", light="#fff")
    return made


def _code(content: str) -> segno.QRCode:
    return segno.make(content, error="m", micro=False)


def _rows(content: str) -> list[list[bool]]:
    return [[bool(module) for module in row] for row in _code(content).matrix_iter(border=QUIET)]


def _line_of_blocks(pair: Sequence[Sequence[bool]]) -> str:
    above = pair[0]
    below = pair[1] if len(pair) > 1 else [False] * len(above)
    return _INK_ON_PAPER + "".join(_HALVES[each] for each in zip(above, below, strict=True)) + _RESET


def _line_of_spaces(row: Sequence[bool]) -> str:
    return "".join((_INK if dark else _PAPER) + "  " for dark in row) + _RESET
