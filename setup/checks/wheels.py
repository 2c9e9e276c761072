"""`make platforms`: which locked package has no wheel for which platform, and what to do about each.

The locks are resolved once more, pinned as they are, by uv, which then names every wheel of every package.
The registry is asked for no more than an installation asks. The table is kept in docs/platforms.md.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename

from setup.checks.wheel_alone import uv_program

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "setup" / "locks"
PYTHONS = ((3, 11), (3, 12), (3, 13), (3, 14))


def _glibc(machine: str) -> list[str]:
    newest = [f"manylinux_2_{minor}_{machine}" for minor in range(36, 4, -1)]  # Debian 12 has 2.36
    return [*newest, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}"]


def _musl(machine: str) -> list[str]:
    return [f"musllinux_1_{minor}_{machine}" for minor in (2, 1, 0)]


PLATFORMS = {
    "Debian, x86-64": ("linux", "x86_64", _glibc("x86_64")),
    "Debian, arm64": ("linux", "aarch64", _glibc("aarch64")),
    "Alpine, x86-64": ("linux", "x86_64", _musl("x86_64")),
    "Alpine, arm64": ("linux", "aarch64", _musl("aarch64")),
    "macOS 14, arm64": ("darwin", "arm64", list(mac_platforms((14, 0), "arm64"))),
    "macOS 14, x86-64": ("darwin", "x86_64", list(mac_platforms((14, 0), "x86_64"))),
    "Windows, x86-64": ("win32", "AMD64", ["win_amd64"]),
}


def pins(lock: Path) -> list[str]:
    """The lines of a lock that name a package, with version and marker."""
    lines = lock.read_text("utf-8").replace("\\\n", " ").splitlines()
    return [line.partition("--hash")[0].strip() for line in lines if "==" in line]


def wheels(wanted: list[str], uv: str) -> dict[str, list[str]]:
    """Every wheel's file name, by `name==version`, as uv's own lock names them."""
    with tempfile.TemporaryDirectory() as made:
        needs = "".join(f"    {pin!r},\n" for pin in wanted)
        head = '[project]\nname = "wheels"\nversion = "0"\nrequires-python = ">=3.11"\n'
        project = f"{head}dependencies = [\n{needs}]\n"
        Path(made, "pyproject.toml").write_text(project, "utf-8")
        subprocess.run([uv, "lock", "--quiet"], cwd=made, check=True)  # noqa: S603
        return named_wheels(Path(made, "uv.lock").read_text("utf-8"))


def named_wheels(lock: str) -> dict[str, list[str]]:
    """The same, of the text of such a lock."""
    found: dict[str, list[str]] = {}
    for each in tomllib.loads(lock)["package"]:
        addresses = [
            wheel.get("url") or wheel.get("path") or wheel["filename"] for wheel in each.get("wheels", ())
        ]
        found[f"{each['name']}=={each.get('version', '')}"] = [
            address.rpartition("/")[2].partition("#")[0] for address in addresses
        ]
    return found


def without(
    wanted: list[str], found: dict[str, list[str]], platform: str, python: tuple[int, int]
) -> Iterator[str]:
    """The packages that an installation there would have to compile."""
    system, machine, places = PLATFORMS[platform]
    environment: dict[str, str] = {
        **{name: str(value) for name, value in default_environment().items()},
        "sys_platform": system,
        "platform_machine": machine,
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system],
        "os_name": "nt" if system == "win32" else "posix",
        "python_version": ".".join(map(str, python)),
        "python_full_version": ".".join(map(str, python)) + ".0",
    }
    taken: set[Tag] = {
        *cpython_tags(python, platforms=places),
        *compatible_tags(python, f"cp{python[0]}{python[1]}", places),
    }
    for pin in wanted:
        requirement = Requirement(pin)
        if requirement.marker is not None and not Marker(str(requirement.marker)).evaluate({**environment}):
            continue
        name = canonicalize_name(requirement.name)
        if not any(parse_wheel_filename(each)[3] & taken for each in found[f"{name}{requirement.specifier}"]):
            yield name


def main() -> int:
    """Print a line for each lock and platform."""
    uv = uv_program()
    for lock in ("run", "sslyze"):
        wanted = pins(LOCKS / f"{lock}.txt")
        found = wheels(wanted, uv)
        for platform in PLATFORMS:
            missing = {python: [*without(wanted, found, platform, python)] for python in PYTHONS}
            said = "; ".join(
                f"{'.'.join(map(str, each))}: {', '.join(names) or '–'}" for each, names in missing.items()
            )
            sys.stdout.write(f"{lock:7} {platform:17} {said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
