"""`make wheel`: the wheel, installed by uv where there is no checkout and no home, and tried there.

The simulator is also started out of the file alone, as `uvx --from` does.

What it rests on that a wheel cannot bring (browser, font, sslyze, Prometheus) is named by `golive doctor`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from setup.checks.simulator_answers import answers

ROOT = Path(__file__).parents[2]
TRIED = (
    ("--version",),
    ("doctor",),
    ("explain", "CBK-03"),
    ("collection", "--as", "bruno", "--out", "bruno"),
    ("run", "--only", "CBK-02"),
    ("report",),
    ("export", "--as", "markdown"),
    ("load", "--run", "smoke"),
)


def uv_program() -> str:
    """The uv that set-up uses: on the path, or the locked one."""
    return shutil.which("uv") or str(ROOT / ".tools" / "uv" / "bin" / "uv")


def main() -> int:
    """Build, install, try; the first code that is not 0."""
    uv = uv_program()
    if code := subprocess.run([uv, "build", "--wheel", "--quiet"], cwd=ROOT, check=False).returncode:  # noqa: S603
        return code
    (wheel,) = (ROOT / "dist").glob("golive-*.whl")
    with tempfile.TemporaryDirectory(prefix="golive-wheel-") as made:
        alone = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))
        }
        bin_folder = Path(made, "bin")
        alone |= {"HOME": made, "UV_TOOL_DIR": f"{made}/tools", "UV_TOOL_BIN_DIR": str(bin_folder)}
        alone["PATH"] = f"{bin_folder}{os.pathsep}{alone['PATH']}"
        lock = ROOT / "setup" / "locks" / "run.txt"
        commands = [[uv, "tool", "install", "--quiet", "--constraints", str(lock), str(wheel)]]
        commands += [[str(bin_folder / "golive"), *each] for each in TRIED]
        for command in commands:
            sys.stdout.write(f"{' '.join(command[-3:])}\n")
            sys.stdout.flush()
            if code := subprocess.run(command, cwd=made, env=alone, check=False).returncode:  # noqa: S603
                return code
        command = [uv, "tool", "run", "--constraints", str(lock), "--from", str(wheel), "golive", "simulator"]
        fine = answers(command, Path(made), alone)
        sys.stdout.write(f"the simulator out of the wheel answers: {fine}\n")
    return int(not fine)


if __name__ == "__main__":
    sys.exit(main())
