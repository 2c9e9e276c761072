"""Finds the browser that this machine has, and says how to start it.

Standard library only, so that set-up and `golive doctor` can ask before anything else works. The order:
`GOLIVE_BROWSER`, Playwright's own download, then the system's: a headless shell before any other, as it draws
the same pages for half the processor time, unless windows are wanted, which it has none of.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import EnvironmentUnreachable

VERSION_LIMIT_S = 15.0
CHOICE = "GOLIVE_BROWSER"
WINDOWLESS = "headless"
"""Stands in the name of every build without windows: Playwright's, and Debian's `chromium-headless-shell`."""
ON_PATH = (
    "chromium-headless-shell",
    "google-chrome-stable",
    "google-chrome",
    "chromium",
    "chromium-browser",
    "chrome",
)
USUAL_PLACES = (
    "/opt/google/chrome/chrome",
    "/usr/bin/google-chrome-stable",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
OWN_DOWNLOADS = (
    ("chromium_headless_shell-{revision}", "chrome-headless-shell-*/chrome-headless-shell"),
    ("chromium-{revision}", "chrome-linux*/chrome"),
    ("chromium-{revision}", "chrome-mac*/*.app/Contents/MacOS/*"),
)
WINDOWS_REMEDY = "install one that has windows (Debian: apt-get install chromium), or leave --headed away"
REMEDY = "`make setup`, or install Chromium (Debian: apt-get install chromium), or name one in GOLIVE_BROWSER"
DRIVER_REMEDY = "`make setup`, or install the library that is missing (Debian: apt-get install libatomic1)"


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that answered when it was asked for its version."""

    executable: str
    """Absolute path; goes to Playwright as `executable_path`."""
    source: str
    """`GOLIVE_BROWSER`, `playwright` or `system`."""
    version: str
    """In its own words, e.g. `Chromium 156.0.8078.79`."""


def find_browser(environment: Mapping[str, str] | None = None, *, windows: bool = False) -> Browser:
    """The first browser that starts, in the order of this module's docstring.

    Args:
        environment: the variables to read instead of the process's own.
        windows: whether somebody wants to watch it.

    Raises:
        EnvironmentUnreachable: there is none, or the one named in GOLIVE_BROWSER does not start (a
            named browser is never silently replaced by another), or Playwright cannot drive any.
    """
    variables = os.environ if environment is None else environment
    if problem := driver_problem(variables):
        raise EnvironmentUnreachable(
            f"Playwright's driver does not start: {problem}",
            where=str(driver(variables)),
            remedy=DRIVER_REMEDY,
        )
    if chosen := variables.get(CHOICE, "").strip():
        if windows and WINDOWLESS in Path(chosen).name:
            raise EnvironmentUnreachable(
                "the browser has no windows to show", where=f"{CHOICE}={chosen}", remedy=WINDOWS_REMEDY
            )
        return Browser(chosen, CHOICE, version_of(chosen))
    broken: EnvironmentUnreachable | None = None
    for executable, source in candidates(variables):
        if windows and WINDOWLESS in Path(executable).name:
            continue
        try:
            return Browser(executable, source, version_of(executable))
        except EnvironmentUnreachable as error:
            broken = broken or error
    if broken:
        raise broken
    if windows:
        raise EnvironmentUnreachable("no browser here has windows to show", remedy=WINDOWS_REMEDY)
    raise EnvironmentUnreachable("this machine has no browser that can be driven", remedy=REMEDY)


def candidates(variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every browser on disk with its source, best first. Nothing is started."""
    for registry in registries(variables):
        for executable in own_downloads(registry):
            yield str(executable), "playwright"
    seen: set[Path] = set()
    on_path = (shutil.which(name, path=variables.get("PATH", os.defpath)) for name in ON_PATH)
    for place in (*on_path, *USUAL_PLACES):
        if place and os.access(place, os.X_OK) and Path(place).resolve() not in seen:
            seen.add(Path(place).resolve())
            yield place, "system"


def registries(variables: Mapping[str, str]) -> Iterator[Path]:
    """Where Playwright's downloads may lie: as the variable says, the project's own, the user's."""
    named = variables.get("PLAYWRIGHT_BROWSERS_PATH", "")
    package = playwright_package()
    if named == "0" and package:  # Playwright's way to say: beside the package itself
        yield package / ".local-browsers"
    elif named:
        yield Path(named)
    yield Path(__file__).parents[2] / ".tools" / "playwright"
    home = Path(variables.get("HOME") or "~").expanduser()
    yield home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "ms-playwright"


def own_downloads(registry: Path) -> Iterator[Path]:
    """Complete downloads of the revision that the installed Playwright wants."""
    if not (revision := wanted_revision()):
        return
    for folder, pattern in OWN_DOWNLOADS:
        place = registry / folder.format(revision=revision)
        if (place / "INSTALLATION_COMPLETE").is_file():
            yield from sorted(path for path in place.glob(pattern) if os.access(path, os.X_OK))


def wanted_revision() -> str:
    """Chromium's revision in the installed Playwright's own list; empty where there is no Playwright."""
    package = playwright_package()
    if package is None:
        return ""
    listing = package / "browsers.json"
    browsers = json.loads(listing.read_text("utf-8"))["browsers"]
    return next((str(each["revision"]) for each in browsers if each["name"] == "chromium"), "")


def playwright_package() -> Path | None:
    """Where the installed Playwright's driver lies, found without importing it, which takes half a second."""
    spec = importlib.util.find_spec("playwright")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent / "driver" / "package"
    return package if (package / "browsers.json").is_file() else None


def version_of(executable: str) -> str:
    """What the browser says of its version.

    Raises:
        EnvironmentUnreachable: it is not there, hangs, or ends without a word, as it does when a
            system library is missing.
    """
    version, problem = ask_version(executable)
    if problem:
        raise EnvironmentUnreachable(f"the browser {problem}", where=executable, remedy=REMEDY)
    return version.splitlines()[0].partition(" built on ")[0]


def driver(variables: Mapping[str, str]) -> Path | None:
    """The Node.js that Playwright runs its driver with; None where there is no Playwright."""
    if named := variables.get("PLAYWRIGHT_NODEJS_PATH", ""):
        return Path(named)
    package = playwright_package()
    return package.parent / ("node.exe" if sys.platform == "win32" else "node") if package else None


def driver_problem(variables: Mapping[str, str]) -> str:
    """Why Playwright's driver would not start, as on a Debian that lacks libatomic1; empty when it would."""
    node = driver(variables)
    return "Playwright is not installed" if node is None else ask_version(str(node))[1]


def ask_version(program: str) -> tuple[str, str]:
    """What a program says of its version, and why it says nothing: one of the two is empty."""
    try:
        asked = subprocess.run(  # noqa: S603 - the user's own choice of browser, or a well-known place
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=VERSION_LIMIT_S,
            check=False,
            text=True,
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        return "", f"did not tell its version within {VERSION_LIMIT_S:g} s"
    except OSError as error:
        return "", f"cannot be started: {error.strerror}"
    version = asked.stdout.strip()
    if asked.returncode == 0 and version:
        return version, ""
    return "", f"does not start: {(asked.stderr.strip().splitlines() or ['it said nothing'])[-1]}"


def launch_arguments() -> list[str]:
    """Switches beyond Playwright's own, which already keep the browser from calling home.

    Loopback needs none: Chromium never sends it through a proxy, whatever the proxy variables say.
    """
    arguments = ["--disable-gpu", "--disable-quic"]
    if sys.platform != "win32" and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # root has no sandbox to give: Chromium refuses to start with one
    return arguments
