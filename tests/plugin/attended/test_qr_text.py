"""A code drawn with characters is read by a decoder from what a terminal would show."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from harness.browser.qr import read_qr
from harness.plugin.attended.qr_text import Look, drawn, inline, picture

CODE = "weixin://wxpay/bizpayurl?pr=Ab3dE9f"
LINK = "https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx2016&package=1037687096"
CELL = 6
LIGHT, DARK = 255, 0
_ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")


def shown(text: str, *, background: int) -> bytes:
    """What a terminal of this background colour shows of it, as a picture."""
    other = LIGHT - background
    rows: list[list[tuple[int, int]]] = []
    for line in text.splitlines():
        ink, paper, row = other, background, []
        place = 0
        while place < len(line):
            if escape := _ESCAPE.match(line, place):
                codes = escape[1]
                if codes in ("", "0"):
                    ink, paper = other, background
                ink = DARK if "38;5;16" in codes else LIGHT if "38;5;231" in codes else ink
                paper = DARK if "48;5;16" in codes else LIGHT if "48;5;231" in codes else paper
                place = escape.end()
                continue
            row.append(
                {"█": (ink, ink), "▀": (ink, paper), "▄": (paper, ink), "#": (ink, ink)}.get(
                    line[place], (paper, paper)
                )
            )
            place += 1
        rows.append(row)
    width = max(map(len, rows))
    image = Image.new("L", (width * CELL, len(rows) * 2 * CELL), background)
    for y, row in enumerate(rows):
        for x, halves in enumerate(row):
            for half, colour in enumerate(halves):
                image.paste(
                    colour, (x * CELL, (2 * y + half) * CELL, (x + 1) * CELL, (2 * y + half + 1) * CELL)
                )
    kept = io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.parametrize("background", [DARK, LIGHT], ids=["dark terminal", "light terminal"])
@pytest.mark.parametrize("look", ["blocks", "spaces"])
@pytest.mark.parametrize("content", [CODE, LINK])
def test_a_coloured_terminal_shows_it_whatever_its_own_colours_are(
    look: Look, background: int, content: str
) -> None:
    assert read_qr(shown(drawn(content, look), background=background)) == [content]


def test_without_colours_it_is_right_on_a_light_background() -> None:
    assert read_qr(shown(drawn(CODE, "signs"), background=LIGHT)) == [CODE]


def test_spaces_and_signs_need_no_more_than_ascii() -> None:
    assert drawn(CODE, "spaces").isascii()
    assert drawn(CODE, "signs").isascii()


def test_a_link_fits_a_terminal_of_eighty_columns() -> None:
    assert max(len(_ESCAPE.sub("", line)) for line in drawn(LINK, "blocks").splitlines()) <= 80


def test_the_picture_and_the_page_hold_the_same_code() -> None:
    assert read_qr(picture(CODE)) == [CODE]
    assert inline(CODE).startswith("<svg")
