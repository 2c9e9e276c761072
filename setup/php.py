"""PHP for the tests that run the documents' first order. A run needs none of it."""

from __future__ import annotations

import shutil

from setup.debian import Debian
from setup.programs import Work

LIMIT_S = 30.0
PACKAGES = ("php-cli", "php-curl")
_HAS_CURL = "exit(extension_loaded('curl') ? 0 : 1);"


def ready_php(work: Work, debian: Debian) -> None:
    """Install Debian's where there is none with curl; failing that, only the tests that need it fail."""
    php = shutil.which("php", path=work.environment.get("PATH"))
    if php is not None and work.run([php, "-r", _HAS_CURL], limit_s=LIMIT_S).ok:
        return
    with work.telling("PHP for the tests of the documents") as words:
        if why := debian.install(PACKAGES):
            words.append(f"left out, so those tests will fail: {why}")
