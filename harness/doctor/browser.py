"""Whether a browser is there, whether it really works, and whether it can draw Chinese."""

from __future__ import annotations

import io

import segno
from playwright.sync_api import sync_playwright

from harness.browser.devices import DESKTOP
from harness.browser.fonts import chinese_fonts
from harness.browser.launch import Browser, find_browser, launch_arguments
from harness.browser.qr import read_qr
from harness.core.control import Text
from harness.core.errors import EnvironmentUnreachable
from harness.doctor.report_line import ReportLine, State, same

START_LIMIT_S = 30.0
SAMPLE = "weixin://wxpay/bizpayurl?pr=GoLive000"
PRESENT = Text(zh="浏览器", en="browser")
WORKS = Text(zh="浏览器可用", en="browser works")
FIX = Text(
    zh="运行 make setup，或安装 Chromium（Debian：apt-get install chromium），或用 GOLIVE_BROWSER 指定",
    en="`make setup`, or install Chromium (Debian: apt-get install chromium), or name one in GOLIVE_BROWSER",
)


def browsers() -> list[ReportLine]:
    """Two lines: which browser is taken, and whether it drew a QR code that could be read back."""
    try:
        found = find_browser()
    except EnvironmentUnreachable as error:
        where = f" [{error.where}]" if error.where else ""
        detail = same(f"{error.what}{where}")
        return [ReportLine(name="browser", title=PRESENT, state=State.MISSING, detail=detail, fix=FIX)]
    detail = same(f"{found.version} · {found.source} · {found.executable}")
    return [ReportLine(name="browser", title=PRESENT, state=State.OK, detail=detail), works(found)]


def works(found: Browser) -> ReportLine:
    """Start it, draw a QR code, photograph it and read it: the way every payment is rehearsed."""
    try:
        seen = draw(found)
    except Exception as error:  # noqa: BLE001 - Playwright raises the base class when its driver ends
        detail = same((str(error).strip().splitlines() or [type(error).__name__])[0])
        return ReportLine(name="browser-works", title=WORKS, state=State.MISSING, detail=detail, fix=FIX)
    if seen != [SAMPLE]:
        detail = Text(zh="画出的二维码读不出来", en="the QR code it drew could not be read")
        return ReportLine(name="browser-works", title=WORKS, state=State.MISSING, detail=detail, fix=FIX)
    detail = Text(zh="能启动，画出的二维码可读", en="starts, and the QR code it drew was read")
    return ReportLine(name="browser-works", title=WORKS, state=State.OK, detail=detail)


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
    title = Text(zh="中文字体", en="Chinese font")
    if names:
        detail = same(names[0] + (f" (+{len(names) - 1})" if names[1:] else ""))
        return ReportLine(name="font", title=title, state=State.OK, detail=detail)
    return ReportLine(
        name="font",
        title=title,
        state=State.WARN,
        detail=Text(zh="没有：截图里的汉字会变成方框", en="none: Chinese shows as boxes in screenshots"),
        fix=Text(
            zh="安装 fonts-noto-cjk（Debian：apt-get install fonts-noto-cjk fontconfig）",
            en="install fonts-noto-cjk (Debian: apt-get install fonts-noto-cjk fontconfig)",
        ),
    )
