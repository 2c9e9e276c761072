"""The language that is spoken unless somebody asks for the other one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `--help` answers at once
    from harness.core.control import Language


def terminal_language() -> Language:
    """The language of the terminal's locale: Chinese where it says so, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"
