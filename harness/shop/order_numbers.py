"""The numbers that orders go under."""

from __future__ import annotations

import secrets
import string
from datetime import datetime

from harness.core.clock import BEIJING

_LETTERS = string.ascii_uppercase + string.digits


def new_number(moment: datetime) -> str:
    """A number the platform accepts (6 to 32 characters) and nobody guesses: time, and 12 random ones."""
    tail = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return f"GL{moment.astimezone(BEIJING):%Y%m%d%H%M%S}{tail}"
