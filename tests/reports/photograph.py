"""Takes the README's pictures of a run's page: `python -m tests.reports.photograph runs/latest [NAME]`."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from harness.browser.launch import find_browser, launch_arguments
from reports.build import PAGE

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SCREEN = ViewportSize(width=1240, height=785)


def photograph(run: Path, name: str) -> None:
    """The first screen of a run's page, in both languages."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser().executable, args=launch_arguments()
        )
        for locale, language in (("zh-CN", "zh"), ("en-US", "en")):
            page = browser.new_context(locale=locale, color_scheme="light", viewport=SCREEN).new_page()
            page.goto((run.resolve() / PAGE).as_uri())
            page.screenshot(path=PICTURES / f"{name}-{language}.png")
        browser.close()


if __name__ == "__main__":
    photograph(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "report")
