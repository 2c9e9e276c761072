"""What every worker would load by itself, loaded once before the first is forked.

Parts of dialects are named in a table, and loaded when they are first made: in four workers, four times.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

from PIL import Image

from harness.core.dialects import all_dialects, callback_forms, made

_LATE = ("cryptography.hazmat.backends.openssl", "uvicorn.lifespan.on", "uvicorn.loops.auto", "uvloop")
"""Modules that libraries load when they are first used."""
_PRIVATE = (
    "playwright._impl.protocol_channels",
    "playwright._impl.local_utils",
    "playwright._impl.json_pipe",
)
"""The same, of no concern to anybody but their library: the next release may have others."""


def load_ahead() -> None:
    """Load them, before anything is started that would not survive a fork."""
    parts = [part for spec in all_dialects() for part in (spec.wire, spec.gateway)]
    for part in (*parts, *(form.reader for form in callback_forms())):
        made(part)
    for name in _LATE:
        import_module(name)
    for name in _PRIVATE:
        with suppress(ImportError):
            import_module(name)
    Image.preinit()
