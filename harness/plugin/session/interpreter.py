"""What the interpreter was told to load before anything of ours, so that a reviewer sees it in the record."""

from __future__ import annotations

import re
import site
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

STEERING = (
    "LD_PRELOAD",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "DYLD_INSERT_LIBRARIES",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONUSERBASE",
    "PYTHONWARNINGS",
    "PYTEST_ADDOPTS",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
    "PYTEST_PLUGINS",
)
"""Variables that say what Python and pytest load, a warning's category among it."""
_AT_START = ("sitecustomize", "usercustomize")
_OWNED = re.compile(rb"^([^,/\\\r\n]+\.pth),sha256=([\w-]+),", re.MULTILINE)
"""A line of a distribution's RECORD that names a file beside it: its name and its digest."""


def loaded_early() -> Iterator[str]:
    """Each as `name (file)`: modules of Python's own start, files that import at start, and the folder that
    Python takes its bytecode from where it does not lie beside the source."""
    for name in _AT_START:
        if name in sys.modules:
            yield f"{name} ({file_of(sys.modules[name]) or name})"
    for folder in _site_folders():
        for path in _strange(folder):
            yield f"{path.name} ({told_path(path)})"
    if sys.pycache_prefix is not None:
        yield f"bytecode ({sys.pycache_prefix})"


def file_of(module: object) -> str:
    """The file of a module, from here where it lies below; two of one name are not to pass for one."""
    file = getattr(module, "__file__", None)
    return told_path(Path(file)) if file else ""


def told_path(path: Path) -> str:
    """A path from here where it lies below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _site_folders() -> Iterable[Path]:
    """The folders whose `.pth` files Python reads when it starts."""
    users = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    return dict.fromkeys(Path(each) for each in (*site.getsitepackages(), *users))


def _strange(folder: Path) -> list[Path]:
    """Its `.pth` files that import something and are not as an installed distribution brought them."""
    importing = {path: kept for path in sorted(folder.glob("*.pth")) if _imports(kept := _bytes(path))}
    if not importing:
        return []
    owned = {each for record in folder.glob("*.dist-info/RECORD") for each in _OWNED.findall(_bytes(record))}
    return [path for path, kept in importing.items() if (path.name.encode(), _digest(kept)) not in owned]


def _imports(kept: bytes) -> bool:
    """Whether Python runs a line of it; the others are folders for its search path."""
    lines = kept.removeprefix(b"\xef\xbb\xbf").splitlines()
    return any(line.startswith((b"import ", b"import\t")) for line in lines)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # Python passes over it, too
        return b""


def _digest(kept: bytes) -> bytes:
    """As RECORD has it."""
    return urlsafe_b64encode(sha256(kept).digest()).rstrip(b"=")
