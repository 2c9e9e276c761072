"""A browser that starts, and a font that can draw Chinese: what is there is used, the rest is fetched."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from setup.debian import Debian
from setup.programs import SetupFailed, Work, tell

ASK_LIMIT_S = 120.0
DOWNLOAD_LIMIT_S = 120.0
LIMIT_VARIABLE = "GOLIVE_BROWSER_DOWNLOAD_S"
CHROMIUM = ("chromium-headless-shell", "chromium")
"""Debian's. Without windows the same takes half the processor time; older releases have only the other."""
DRIVER_LIBRARIES = ("libatomic1", "libstdc++6")
FONTS = ("fontconfig", "fonts-noto-cjk")
BROWSER_REMEDY = (
    "install Google Chrome or Chromium, or name one in GOLIVE_BROWSER, or a mirror of Playwright's downloads "
    "in PLAYWRIGHT_DOWNLOAD_HOST; then run the same again"
)

DRIVER_REMEDY = "install the library that it misses, then run the same again"


@dataclass(frozen=True)
class Findings:
    """What the project's own search found on this machine."""

    executable: str
    """The browser's path; empty where none starts."""
    told: str
    """Its version and source, or why there is none."""
    driver: str
    """Why Playwright's driver does not start; empty when it does."""
    chinese: bool
    """Whether a font draws Chinese."""


def look(work: Work) -> Findings:
    """Ask `python -m harness.browser`, the same search that runs use."""
    python = work.root / ".venv" / "bin" / "python"
    asked = work.run([python, "-m", "harness.browser"], limit_s=ASK_LIMIT_S)
    try:
        found = json.loads(asked.output)
    except ValueError:
        raise SetupFailed(
            f"the search for a browser failed:\n{asked.last_words}", "remove .venv and run the same again"
        ) from None
    browser = found["browser"]
    if browser is None:
        return Findings("", found["problem"], found["driver"], bool(found["fonts"]))
    told = f"{browser['version']} ({browser['source']}: {browser['executable']})"
    return Findings(browser["executable"], told, found["driver"], bool(found["fonts"]))


def ready_browser(work: Work, debian: Debian) -> Path:
    """Find or fetch a browser and a Chinese font; returns the browser's path.

    Raises:
        SetupFailed: there is no browser and none can be had.
    """
    found = look(work)
    if found.driver:
        found = ready_driver(work, debian)
    with work.telling("browser") as words:
        words.append(found.told if found.executable else "not there yet")
    if not found.executable:
        if "GOLIVE_BROWSER" in work.environment:
            raise SetupFailed(found.told, "correct GOLIVE_BROWSER, or unset it to let set-up choose")
        found = fetch(work, debian, found)
    if not found.chinese:
        found = fetch_font(work, debian, found)
    return Path(found.executable)


def ready_driver(work: Work, debian: Debian) -> Findings:
    """The libraries that Playwright's driver needs and a minimal Debian lacks."""
    with work.telling("libraries of Playwright's driver") as words:
        problem = debian.install(DRIVER_LIBRARIES)
        found = look(work)
        words.append("not installed" if found.driver else "installed")
    if found.driver:
        reasons = "\n".join(reason for reason in (problem, found.driver) if reason)
        raise SetupFailed(f"Playwright's driver does not start:\n{reasons}", DRIVER_REMEDY)
    return found


def fetch(work: Work, debian: Debian, found: Findings) -> Findings:
    """Playwright's own where it can be downloaded, else Debian's Chromium with the font it needs."""
    reasons = [download(work)]
    found = look(work)
    for package in CHROMIUM:
        if found.executable:
            break
        with work.telling(f"{package} from apt-get") as words:
            problem = debian.install([package, *(() if found.chinese else FONTS)])
            words.append(f"not installed: {problem.splitlines()[-1]}" if problem else "installed")
        reasons.append(problem)
        found = look(work)
    if not found.executable:
        told = "\n".join(reason for reason in (*reasons, found.told) if reason)
        raise SetupFailed(f"no browser, and none can be had:\n{told}", BROWSER_REMEDY)
    tell(f"browser {found.told}")
    return found


def download(work: Work) -> str:
    """Try Playwright's download, bounded in time; returns why it failed, or nothing."""
    limit_s = seconds(work.environment.get(LIMIT_VARIABLE, ""))
    if limit_s <= 0:
        return f"Playwright's browser was not downloaded, as {LIMIT_VARIABLE} wishes"
    python = work.root / ".venv" / "bin" / "python"
    with work.telling("Playwright's own browser") as words:
        done = work.run([python, "-m", "playwright", "install", "--only-shell", "chromium"], limit_s=limit_s)
        words.append("downloaded" if done.ok else "cannot be downloaded here")
    if done.ok:
        return ""
    error = next((line for line in done.output.splitlines() if line.startswith("Error:")), "")
    return f"Playwright's download: {error.removeprefix('Error: ') or done.last_words.splitlines()[-1]}"


def seconds(text: str) -> float:
    """The download's time limit, from its variable."""
    if not text:
        return DOWNLOAD_LIMIT_S
    try:
        return float(text)
    except ValueError:
        raise SetupFailed(f"{LIMIT_VARIABLE} is no number: {text!r}", "give seconds, or 0 for none") from None


def fetch_font(work: Work, debian: Debian, found: Findings) -> Findings:
    """A Chinese font from Debian; without one set-up goes on, for codes and verdicts need none."""
    with work.telling("Chinese font") as words:
        problem = debian.install(list(FONTS))
        found = look(work)
        if found.chinese:
            words.append("installed: fonts-noto-cjk")
        else:
            reason = (problem or "installed, but fc-list does not show it").splitlines()[-1]
            words.append(f"missing, screenshots will show boxes: {reason} → install fonts-noto-cjk")
    return found
