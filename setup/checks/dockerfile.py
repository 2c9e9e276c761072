"""`make image`: the steps of examples/ci/Dockerfile, run in a folder on a machine that has no docker daemon.

What is really run: every COPY, and every RUN but those of apt-get, with each absolute path below that folder
and each stage in a root of its own; then the simulator, by its stage's own entry point, until it is heard.
What is only asked: apt-get, whether it would install these packages (`--simulate`); a user is not made. What
stays unproven: the image's own base, and that a daemon builds it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from setup.checks.simulator_answers import answers

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "examples" / "ci" / "Dockerfile"
_PLACES = re.compile(r"(?<![\w.>])/(?=(?:opt|src|srv|tmp|usr/local)\b)")
_NOT_HERE = re.compile(r"(?:^|&& )(?:useradd|rm -rf /var)[^&]*")
STARTS = ("ENTRYPOINT", "CMD")
_COMPLETE = "golive and its simulator answer"


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile."""

    name: str
    """In capitals, e.g. `RUN`."""
    text: str
    """What follows, on one line."""
    stage: int
    """From 1; 0 before the first FROM."""


def instructions(text: str) -> Iterator[Instruction]:
    """A Dockerfile's instructions, without comments, lines joined."""
    stage = 0
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\s*\\\n\s*", " ", lines).splitlines():
        if not line.strip():
            continue
        name, _, rest = line.strip().partition(" ")
        stage += name == "FROM"
        yield Instruction(name, rest.strip(), stage)


def debian_packages(each: Instruction) -> list[str]:
    """What a RUN installs by apt-get; empty: nothing."""
    found = re.search(r"apt-get install ([^&]+)", each.text)
    return [word for word in found[1].split() if not word.startswith("-")] if found else []


def copy(each: Instruction, roots: dict[int, Path], folder: Path) -> None:
    """A COPY: from the checkout, only what belongs to it; or from the stage before."""
    *sources, target = [word for word in each.text.split() if not word.startswith("--")]
    inside = roots[each.stage]
    place = inside / target.lstrip("/") if target.startswith("/") else folder / target
    for source in sources:
        there = roots[1] / source.lstrip("/") if "--from=" in each.text else ROOT / source
        if there.is_dir():
            shutil.copytree(there, place, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(there, place)


def command(each: Instruction, root: Path) -> str:
    """A RUN as it is run here: below a root, and without what only a container's root may do."""
    text = re.sub(r"\s*&& chmod 1777 /srv/golive", "", _NOT_HERE.sub("", each.text).strip())
    if packages := debian_packages(each):
        return f"apt-get install --simulate --no-install-recommends {' '.join(packages)} > {root}/apt.txt"
    return _PLACES.sub(f"{root}/", text)


def main() -> int:
    """Run the steps in order; 0 when each did what it should."""
    with tempfile.TemporaryDirectory(prefix="golive-image-") as made:
        steps = list(instructions(DOCKERFILE.read_text("utf-8")))
        roots = {stage: Path(made) / f"stage-{stage}" for stage in range(1, steps[-1].stage + 1)}
        folder = roots[1]
        for root in roots.values():
            (root / "usr/local/bin").mkdir(parents=True)
            (root / "tmp").mkdir()
        for each in steps:
            if each.name == "WORKDIR":
                folder = roots[each.stage] / each.text.lstrip("/")
                folder.mkdir(parents=True, exist_ok=True)
            elif each.name == "COPY":
                copy(each, roots, folder)
            elif each.name == "RUN":
                line = command(each, roots[each.stage])
                sys.stdout.write(f"stage {each.stage}: {line}\n")
                sys.stdout.flush()
                done = subprocess.run(["sh", "-ec", line], cwd=folder, check=False)  # noqa: S603, S607
                if done.returncode:
                    sys.stdout.write(f"ended with {done.returncode}\n")
                    return done.returncode
        # The venv was made in the first root; a container's later stages have it at the same path.
        last = steps[-1].stage
        for stage in range(2, last + 1):
            shutil.rmtree(roots[stage] / "opt")
        golive = roots[1] / "opt/golive/bin/golive"
        alone = {"PATH": os.environ["PATH"], "HOME": str(roots[last])}
        done = subprocess.run([golive, "--version"], cwd=roots[last], env=alone, check=False)  # noqa: S603
        (stage,) = (
            each.stage for each in steps if each.name == "FROM" and each.text.endswith(" AS simulator")
        )
        starts = [json.loads(each.text) for each in steps if each.stage == stage and each.name in STARTS]
        options = [word for each in starts for word in each][1:]
        fine = done.returncode == 0 and answers([str(golive), *options], roots[stage], alone)
        sys.stdout.write(f"{_COMPLETE}: {fine}\n")
        return int(not fine)


if __name__ == "__main__":
    sys.exit(main())
