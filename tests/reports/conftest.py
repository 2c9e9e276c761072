"""A place for runs, a finished rehearsal in it, and a reader who opens its page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from harness.evidence import RunRecord
from reports.build import PAGE
from tests.reports.reader import SCREENS, Open
from tests.reports.sample_run import sample_run


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """An empty folder of runs."""
    return tmp_path / "runs"


@pytest.fixture
def rehearsed(runs: Path) -> RunRecord:
    """A rehearsal in which everything passed."""
    return sample_run(runs)


@pytest.fixture
def visit(chromium: Browser, folder: Path) -> Iterator[Open]:
    """Opens the page of `folder`, which a module brings, from disk in a fresh context; anything it asks for
    or complains of fails the test."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def open_page(fragment: str = "", **options: object) -> Page:
        context = chromium.new_context(**({"locale": "en-US", "viewport": SCREENS["desktop"]} | options))  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: _note(trouble, request.url))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda message: trouble.append(message.text))
        page.goto(f"{(folder / PAGE).as_uri()}{fragment}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert trouble == []


def _note(trouble: list[str], url: str) -> None:
    if not url.startswith(("file:", "data:")):
        trouble.append(url)
