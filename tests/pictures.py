"""Takes the pictures of READMEs and docs/page.md anew: `make pictures`, or `python -m tests.pictures FOLDER`.

Four real pages, each in either language: of a rehearsal, of a merchant that is wrong, of the scripted week's
last evening, whose grades are made up and which says so in the picture itself, and the simulator's console.
Runs that lie in the folder already (`rehearsal/run`, `failing/run`) are not made again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from harness.browser.launch import find_browser, launch_arguments
from harness.core.control import Text
from harness.evidence import RunRecord
from harness.verdict import Judgement
from reports.build import PAGE, build
from tests.console_picture import photograph_console
from tests.week.story import Week

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
SCREEN = ViewportSize(width=1240, height=785)
LARGEST = 300_000
"""Bytes of one picture."""
DEFECT = "skips-signature"
SCRIPTED = Text(
    zh="示例：测试中脚本演出的一周，证据等级是虚构的，没有动用真实平台",
    en="A scripted example: played by a test, with made-up grades; no real platform took part",
)
_RIBBON = """body::after {{ content: "{said}"; position: fixed; inset: auto 0 0 0; padding: .5rem; z-index: 9;
    background: #1c2024; color: #fff; text-align: center; font: 600 .95rem sans-serif; }}"""


def take(folder: Path) -> None:
    """Make the runs that are not there yet, and photograph each page.

    Raises:
        SystemExit: a run did not end as its picture has to show it.
    """
    for name, code, more in (("rehearsal", 0, ()), ("failing", 1, ("--defect", DEFECT))):
        run = folder / name / "run"
        if not (run / PAGE).exists():
            command = [sys.executable, "-m", "harness", "run", "--out", str(run), *more]
            subprocess.run(command, env={**os.environ, "GOLIVE_HISTORY_URL": "none"}, check=False)
        said = build(run).gates["rehearsal"].verdict
        if (said == "GO") != (code == 0):
            sys.exit(
                f"{run}: the rehearsal says {said}; take pictures on a quiet machine, and remove that run"
            )
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        upgrade = Week(Path(place), RunRecord.open(folder / "rehearsal" / "run")).upgrade.folder
        _insist(build(upgrade))
        browser = playwright.chromium.launch(
            executable_path=find_browser().executable, args=launch_arguments()
        )
        photograph(browser, folder / "rehearsal" / "run", "report")
        photograph(browser, folder / "failing" / "run", "failing")
        photograph(browser, upgrade, "production", ribbon=SCRIPTED)
        photograph_console(browser, keep_picture)
        browser.close()


def photograph(browser: Browser, run: Path, name: str, *, ribbon: Text | None = None) -> None:
    """The first screen of a run's page, in both languages.

    Args:
        ribbon: what is written across its foot.
    """
    for locale, language in (("zh-CN", "zh"), ("en-US", "en")):
        context = browser.new_context(locale=locale, color_scheme="light", viewport=SCREEN, bypass_csp=True)
        page = context.new_page()
        page.goto((run.resolve() / PAGE).as_uri())
        if ribbon is not None:
            page.add_style_tag(content=_RIBBON.format(said=getattr(ribbon, language)))
        keep_picture(f"{name}-{language}", page.screenshot())
        context.close()


def keep_picture(name: str, png: bytes) -> None:
    """Keep a picture small, and say how large it is."""
    path = PICTURES / f"{name}.png"
    path.write_bytes(_small(png))
    print(f"{path}: {path.stat().st_size // 1000} kB")


def _small(png: bytes) -> bytes:
    """The same picture in 256 colours, which a page of text does with."""
    small = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(256).save(small, "png", optimize=True)
    return small.getvalue()


def _insist(judgement: Judgement) -> None:
    said = judgement.gates["production"].verdict
    if said != "GO":
        sys.exit(f"the scripted week ends in {said}: run tests/week")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        take(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as runs:
            take(Path(runs))
