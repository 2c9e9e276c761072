"""Prints a page of ours to PDF in the browser that this machine has."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from harness.browser.launch import find_browser, launch_arguments
from harness.core.errors import EnvironmentUnreachable

LIMIT_MS = 120_000
_FOOTER = Path(__file__).with_name("pdf_footer.html")
_DATES = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}([+-]\d\d'\d\d')?")


def print_pdf(html: str, *, foot: str, moment: datetime) -> bytes:
    """A page as PDF, with its fonts in it. Nothing outside of the text is asked for, and no script runs.

    Args:
        foot: what stands at the foot of each page beside its number; plain letters, digits and dashes.
        moment: what the PDF says of when it was made, so that equal pages are equal files.

    Raises:
        EnvironmentUnreachable: there is no browser, or it did not print.
    """
    browser = find_browser()
    try:
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=browser.executable, args=launch_arguments())
            try:
                page = started.new_context(java_script_enabled=False, offline=True).new_page()
                page.set_content(html, wait_until="load", timeout=LIMIT_MS)
                made = page.pdf(
                    prefer_css_page_size=True,
                    print_background=True,
                    display_header_footer=True,
                    header_template="<span></span>",
                    footer_template=_FOOTER.read_text("utf-8").replace(
                        "FOOT", re.sub(r"[^\w.: -]", "_", foot)
                    ),
                    tagged=True,
                    outline=False,
                )
            finally:
                started.close()
    except Error as error:
        raise EnvironmentUnreachable(
            f"the browser did not print the report: {str(error).splitlines()[0]}",
            where=browser.executable,
            remedy="try again, or export docx instead, which needs no browser",
        ) from error
    return _dated(made, moment)


def _dated(pdf: bytes, moment: datetime) -> bytes:
    """The PDF with its dates replaced by a moment of the same length, so that nothing in it moves."""
    stamp = moment.astimezone(UTC).strftime("%Y%m%d%H%M%S").encode()
    return _DATES.sub(lambda found: found[1] + stamp + (b"+00'00'" if found[2] else b""), pdf)
