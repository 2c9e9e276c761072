"""The QR codes on a page as a payer's camera sees them, and which of them is the payment's."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Error, FloatRect, Locator, Page

from harness.browser.photograph import photograph
from harness.browser.qr import QrCode, find_qr

TRIES = 5
"""How often a page that moves is photographed before the last picture has to do."""
SCROLL_MS = 1000
_NEXT_DRAWN = """(part, turn) => {
    const draws = each => /^(img|svg|canvas|iframe|object|embed|table)$/i.test(each.tagName)
        || getComputedStyle(each).backgroundImage !== "none";
    const drawn = [...part.querySelectorAll("*")].filter(draws);
    drawn[turn % drawn.length]?.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
}"""


@dataclass(frozen=True, slots=True)
class CodesShown:
    """One look at the page."""

    picture: bytes
    """The PNG that the codes were read from."""
    in_part: tuple[str, ...]
    """The codes within the part of the page that is there for the payment's code."""
    elsewhere: tuple[str, ...]
    """All others: of an account to follow, of an app to install."""

    def payment_code(self, issued: str) -> str | None:
        """The payment's code: the one in its part, or else the one that the platform issued, wherever it is.

        None when neither is to be seen.
        """
        if len(self.in_part) == 1:
            return self.in_part[0]
        return issued if issued in (*self.in_part, *self.elsewhere) else None


def photograph_codes(page: Page, part: Locator) -> CodesShown:
    """Scroll the part into view, photograph what the screen shows then, and read every code.

    A code that is larger than the screen is read from the whole page. A part that is moved while it is being
    photographed is photographed again; one that is drawn anew just now holds no code yet.
    """
    try:
        part.scroll_into_view_if_needed(timeout=SCROLL_MS)
        shown = _looked(page, part, whole_page=False)
        return shown if shown.in_part else _looked(page, part, whole_page=True)
    except Error:
        return _told_apart(photograph(lambda: page.screenshot(animations="disabled")), None, 1)


def scroll_within(part: Locator, turn: int) -> None:
    """Scroll one of the part's pictures into view, the next with each turn: what holds it may scroll."""
    with suppress(Error):  # it is being drawn anew, and is looked at again
        part.evaluate(_NEXT_DRAWN, turn, timeout=SCROLL_MS)


def _looked(page: Page, part: Locator, *, whole_page: bool, tries: int = TRIES) -> CodesShown:
    box = _box(page, part, whole_page=whole_page)
    picture = photograph(lambda: page.screenshot(full_page=whole_page, animations="disabled"))
    if tries > 1 and _box(page, part, whole_page=whole_page) != box:
        return _looked(page, part, whole_page=whole_page, tries=tries - 1)
    return _told_apart(picture, box, page.evaluate("devicePixelRatio"))


def _box(page: Page, part: Locator, *, whole_page: bool) -> FloatRect | None:
    """Where the part is, on the screen or on the whole page; None where it takes no room."""
    box = part.bounding_box()
    if box is None or not whole_page:
        return box
    left, top = page.evaluate("[scrollX, scrollY]")
    return FloatRect(x=box["x"] + left, y=box["y"] + top, width=box["width"], height=box["height"])


def _told_apart(picture: bytes, box: FloatRect | None, density: float) -> CodesShown:
    codes = find_qr(picture)
    inside = [code for code in codes if box is not None and _within(code, box, density)]
    outside = [code for code in codes if code not in inside]
    return CodesShown(picture, _texts(inside), _texts(outside))


def _within(code: QrCode, box: FloatRect, density: float) -> bool:
    x, y = code.x / density, code.y / density
    return box["x"] <= x <= box["x"] + box["width"] and box["y"] <= y <= box["y"] + box["height"]


def _texts(codes: list[QrCode]) -> tuple[str, ...]:
    return tuple(code.text for code in codes)
