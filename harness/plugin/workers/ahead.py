"""What every worker would load by itself, loaded once before the first is forked.

Parts of dialects are named in a table, and loaded when they are first made: in four workers, four times.
"""

from __future__ import annotations

from importlib import import_module

from PIL import Image

from harness.core.dialects import all_dialects, callback_forms, made

_LATE = ("cryptography.hazmat.backends.openssl", "uvicorn.lifespan.on", "uvicorn.loops.auto", "uvloop")
"""Modules that libraries load when they are first used."""


def load_ahead() -> None:
    """Load them, before anything is started that would not survive a fork."""
    parts = [part for spec in all_dialects() for part in (spec.wire, spec.gateway)]
    for part in (*parts, *(form.reader for form in callback_forms())):
        made(part)
    for name in _LATE:
        import_module(name)
    Image.preinit()
