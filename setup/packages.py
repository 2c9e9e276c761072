"""uv, and the environment that holds exactly the locked packages and the project itself."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from setup.mirrors import pip_configuration, with_mirrors
from setup.programs import SetupFailed, Work

OLDEST_UV = (0, 5)
UV_LIMIT_S = 300.0
PACKAGES_LIMIT_S = 1200.0
QUICK_S = 60.0
LOCKS = Path("setup/locks")
EDITABLE = "_golive.pth"
"""What the build backend calls the file by which an editable install is found."""
PIP_OPTIONS = (
    "--require-hashes",
    "--no-deps",
    "--upgrade",
    "--quiet",
    "--no-input",
    "--no-cache-dir",
    "--disable-pip-version-check",
    "--root-user-action=ignore",
)
NETWORK_REMEDY = (
    "check the network, or name a mirror (PIP_INDEX_URL) or a proxy (HTTPS_PROXY), then run the same again; "
    "docs/setup.md lists the variables"
)

BUILT_FOR = ("x86_64", "amd64")
"""The machines that every locked package is published for ready to run; hdrhistogram is not for others."""
COMPILER_REMEDY = (
    "hdrhistogram has to be compiled on this machine, which has no C compiler: install one "
    "(Debian: apt-get install gcc libc6-dev python3-dev)"
)


def learn_mirrors(work: Work) -> None:
    """Tell all later programs what pip knows of the network."""
    asked = work.run([sys.executable, "-m", "pip", "config", "list"], limit_s=QUICK_S)
    work.environment = with_mirrors(work.environment, pip_configuration(asked.output if asked.ok else ""))


def ready_uv(work: Work) -> Path:
    """A uv that runs: the machine's own, else the locked one in .tools/uv, installed with pip."""
    system = shutil.which("uv", path=work.environment.get("PATH"))
    if system and uv_version(work, system) >= OLDEST_UV:
        return Path(system)
    own = work.root / ".tools" / "uv" / "bin" / "uv"
    locked = re.search(r"^uv==([0-9.]+)", (work.root / LOCKS / "uv.txt").read_text("utf-8"), re.MULTILINE)
    wanted = numbers(locked[1]) if locked else ()
    if own.is_file() and uv_version(work, own) == wanted:
        return own
    with work.telling("uv installed into .tools/uv"):
        install_uv(work)
    return own


def install_uv(work: Work) -> None:
    """Install the locked uv beside the project; `--target` needs no venv and offends no package manager."""
    pip = [sys.executable, "-m", "pip", "install", *PIP_OPTIONS]
    done = work.run([*pip, "--target", ".tools/uv", "-r", LOCKS / "uv.txt"], limit_s=UV_LIMIT_S)
    if done.ok:
        return
    if "No module named pip" in done.output:
        raise SetupFailed(
            f"{sys.executable} has no pip", "install it (Debian: apt-get install python3-pip), or install uv"
        )
    raise SetupFailed(f"pip could not install uv:\n{done.last_words}", NETWORK_REMEDY)


def uv_version(work: Work, uv: str | Path) -> tuple[int, ...]:
    """The version a uv says it has; empty when it does not run."""
    asked = work.run([uv, "--version"], limit_s=QUICK_S)
    said = re.match(r"uv ([0-9]+(?:\.[0-9]+)*)", asked.output)
    return numbers(said[1]) if asked.ok and said else ()


def numbers(version: str) -> tuple[int, ...]:
    """`0.13.9` as numbers that compare."""
    return tuple(int(part) for part in version.split("."))


def ready_environment(work: Work, uv: Path) -> None:
    """Make .venv hold the locked packages, nothing else, and the project as an editable install."""
    python = work.root / ".venv" / "bin" / "python"
    if not serves(work, python):
        with work.telling("environment .venv made"):
            must(work, [uv, "venv", "--clear", "--quiet", "--python", sys.executable, ".venv"], "make .venv")
    lock = LOCKS / "dev.txt"
    into: list[str | Path] = ["--python", python]
    with work.telling(f"{len(pins(work.root / lock))} locked packages and the project in .venv"):
        sync = [uv, "pip", "sync", "--require-hashes", *into, lock]
        must(work, sync, "install the locked packages", remedy=packages_remedy(work))
        project = [uv, "pip", "install", "--no-deps", "--no-build-isolation", *into, "-e", "."]
        must(
            work, project, "install the project itself", remedy="read pyproject.toml, then run the same again"
        )
        name_the_project_by_the_way_there(work)


def packages_remedy(work: Work) -> str:
    """What to do when the packages do not install: the network, or a compiler where one has to be built."""
    compiler = any(shutil.which(name, path=work.environment.get("PATH")) for name in ("cc", "gcc", "clang"))
    if compiler or platform.machine().lower() in BUILT_FOR:
        return NETWORK_REMEDY
    return f"{COMPILER_REMEDY}; or {NETWORK_REMEDY}"


def name_the_project_by_the_way_there(work: Work) -> None:
    """Let the environment's `.pth` say `../../../..` instead of the folder's own name.

    Python reads that file in the locale's encoding: where that is ASCII, a folder called 项目 would keep it
    from starting at all.
    """
    for place in (work.root / ".venv").glob(f"lib/python*/site-packages/{EDITABLE}"):
        place.write_text(os.path.relpath(work.root, place.parent) + "\n", "ascii")


def compiled(work: Work) -> None:
    """Let Python keep the bytecode of all that a rehearsal imports, so that not even the first one compiles.

    `-E`, because where PYTHONDONTWRITEBYTECODE is set, as in many containers, every run would compile anew.
    A set-up does not fail for it: without the bytecode a run is only slower.
    """
    python = work.root / ".venv" / "bin" / "python"
    work.run([python, "-E", "-m", "pytest", "scenarios", "--collect-only", "-qq"], limit_s=QUICK_S)
    work.run([python, "-E", "-c", "import reports.history.beginning"], limit_s=QUICK_S)  # imported when asked


def serves(work: Work, python: Path) -> bool:
    """Whether .venv is of this very Python and still where it was made."""
    question = "import sys; print(sys.version_info[:3], sys.prefix)"
    asked = work.run([python, "-c", question], limit_s=QUICK_S)
    return asked.ok and asked.output.strip() == f"{sys.version_info[:3]} {work.root / '.venv'}"


def pins(lock: Path) -> dict[str, str]:
    """The pinned version of each package in a lock, by name."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text("utf-8"), re.MULTILINE))


def must(work: Work, command: Sequence[str | Path], what: str, *, remedy: str = NETWORK_REMEDY) -> None:
    """Run a program that set-up cannot do without."""
    done = work.run(command, limit_s=PACKAGES_LIMIT_S)
    if not done.ok:
        raise SetupFailed(f"could not {what}:\n{done.last_words}", remedy)
