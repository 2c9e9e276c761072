"""Whether this machine can draw Chinese. Standard library only, for the same reason as `launch`."""

from __future__ import annotations

import shutil
import subprocess
import sys

LIST_LIMIT_S = 30.0


def chinese_fonts() -> list[str]:
    """Names of installed fonts that cover Chinese; empty where pages would show boxes instead.

    macOS always has one and no fontconfig to ask, so it answers with the system's own.
    """
    if sys.platform in {"darwin", "win32"}:
        return ["the system's own"]
    listing = shutil.which("fc-list")
    if listing is None:
        return []
    try:
        asked = subprocess.run(  # noqa: S603 - found on the path, constant arguments
            [listing, ":lang=zh", "family"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIST_LIMIT_S,
            check=False,
            text=True,
            errors="replace",
        )
    except (subprocess.TimeoutExpired, OSError):
        return []
    return sorted({line.partition(",")[0].strip() for line in asked.stdout.splitlines() if line.strip()})
