"""Whether a browser is there, whether it really works, and whether it can draw Chinese."""

from __future__ import annotations

import io

import segno
from playwright.sync_api import sync_playwright

from harness.browser.devices import DESKTOP
from harness.browser.fonts import chinese_fonts
from harness.browser.launch import Browser, find_browser, launch_arguments
from harness.browser.qr import read_qr
from harness.core.errors import EnvironmentUnreachable
from harness.doctor.report_line import ReportLine, State, line

START_LIMIT_S = 30.0
SAMPLE = "weixin://wxpay/bizpayurl?pr=GoLive000"


def browsers() -> list[ReportLine]:
    """Two lines: which browser is taken, and whether it drew a QR code that could be read back."""
    try:
        found = find_browser()
    except EnvironmentUnreachable as error:
        where = f" [{error.where}]" if error.where else ""
        return [line("browser", State.MISSING, "absent", error=f"{error.what}{where}")]
    told = f"{found.version} · {found.source} · {found.executable}"
    return [line("browser", State.OK, "found", browser=told), works(found)]


def works(found: Browser) -> ReportLine:
    """Start it, draw a QR code, photograph it and read it: the way every payment is rehearsed."""
    try:
        seen = draw(found)
    except Exception as error:  # noqa: BLE001 - Playwright raises the base class when its driver ends
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return line("browser-works", State.MISSING, "failed", error=first)
    if seen != [SAMPLE]:
        return line("browser-works", State.MISSING, "unreadable")
    return line("browser-works", State.OK, "draws")


def draw(found: Browser) -> list[str]:
    """The texts read from a page with one QR code."""
    code = io.BytesIO()
    segno.make(SAMPLE).save(code, kind="svg", scale=6, border=4, light="#fff", xmldecl=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.executable, args=launch_arguments(), timeout=START_LIMIT_S * 1000
        )
        try:
            page = browser.new_context(**DESKTOP).new_page()
            page.set_content(code.getvalue().decode("utf-8"))
            return read_qr(page.screenshot())
        finally:
            browser.close()


def font() -> ReportLine:
    """Whether a font covers Chinese; without one, screenshots show boxes."""
    names = chinese_fonts()
    if not names:
        return line("font", State.WARN, "none")
    return line("font", State.OK, "found", names=names[0] + (f" (+{len(names) - 1})" if names[1:] else ""))
