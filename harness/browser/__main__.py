"""`python -m harness.browser`: the browser and the Chinese font of this machine as JSON, for set-up."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict

from harness.browser.fonts import chinese_fonts
from harness.browser.launch import driver_problem, find_browser
from harness.core.errors import EnvironmentUnreachable


def main() -> int:
    """Print what was found; exit 0, or 3 where there is no browser."""
    found: dict[str, object] = {
        "browser": None,
        "problem": "",
        "driver": driver_problem(os.environ),
        "fonts": chinese_fonts(),
    }
    try:
        found["browser"] = asdict(find_browser())
    except EnvironmentUnreachable as error:
        found["problem"] = str(error)
    print(json.dumps(found))
    return 0 if found["browser"] else EnvironmentUnreachable.exit_code


if __name__ == "__main__":
    sys.exit(main())
