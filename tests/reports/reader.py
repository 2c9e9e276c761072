"""Who reads a page: how it is opened, on which screens, and what is asked of the page there."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

__all__ = ["CONTRAST", "SCREENS", "UNFOLD", "Open", "as_engineer"]

Open = Callable[..., Page]
"""Takes a fragment of the address, and whatever a browser's context takes."""


def as_engineer(visit: Open) -> Open:
    """Opens a page, and looks at the engineers' view of it."""

    def open_page(fragment: str = "", **options: object) -> Page:
        page = visit(fragment, **options)
        page.locator("#view-engineers").check()
        return page

    return open_page


SCREENS = {"desktop": {"width": 1360, "height": 900}, "phone": {"width": 360, "height": 740}}
UNFOLD = "folds => { for (const fold of folds) fold.open = true; }"
CONTRAST = """
() => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const channel = value => value <= 10.02 ? value / 3294.6 : ((value / 255 + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const [r, g, b, a = 1] = numbers(getComputedStyle(node).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const unseen = !node.checkVisibility() || node.closest("[aria-hidden=true], svg, .skip");
    if (unseen || !walker.currentNode.textContent.trim()) continue;
    const tones = [light(numbers(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(...tones) + .05) / (Math.min(...tones) + .05);
    if (ratio < 4.5) poor.add(`${node.parentElement.className}: ${ratio.toFixed(2)}`);
  }
  return [...poor];
}
"""
"""Texts whose contrast with their ground is below 4.5 : 1 (WCAG 2 AA)."""
