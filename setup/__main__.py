"""Sets the project up: `python3 setup`, or `python3 setup lock` to refresh the locks. Standard library only.

This file must run on any Python 3, so that an old one is told what is wanted instead of failing to parse.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def enough_python() -> None:
    """Go on under a Python that is new enough, or say what to do and end with 3."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        for folder in os.get_exec_path():
            found = os.path.join(folder, name)  # noqa: PTH118
            if runs(found):
                os.execv(found, [found, *sys.argv])  # noqa: S606 - the user's own Python, our own arguments
    have = ".".join(str(part) for part in sys.version_info[:3])
    print("set-up: GoLive needs Python 3.11 or newer; this is", have, "at", sys.executable, file=sys.stderr)
    print("        → install one, or name it: make PYTHON=/path/to/python3 …", file=sys.stderr)
    sys.exit(3)


def runs(python: str) -> bool:
    """Whether it is a Python that starts: a version manager's shim may have nothing behind it."""
    try:
        return subprocess.call([python, "-c", ""], stderr=subprocess.DEVNULL) == 0  # noqa: S603
    except OSError:
        return False


if __name__ == "__main__":
    enough_python()
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
    from setup.order import main

    sys.exit(main(sys.argv[1:]))
