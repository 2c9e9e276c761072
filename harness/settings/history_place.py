"""Where the history of runs is kept: `GOLIVE_HISTORY_URL`, else `golive.toml`, else a file beside the runs.

[history]
url = "postgresql://golive@db.example.com/golive"    # or "none"
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from harness.core.errors import ConfigurationError
from harness.settings.endpoints import FILE

VARIABLE = "GOLIVE_HISTORY_URL"
NAME = "history.sqlite"
"""The file among the runs that is taken unless another place is named."""
NOWHERE = "none"
"""Named in place of an address: no history is kept."""


def history_place(runs: Path, path: Path = FILE) -> str | None:
    """The address or the file of the history; None: none is wanted.

    Args:
        runs: the folder of the runs.
        path: `golive.toml`.

    Raises:
        ConfigurationError: the file is no TOML, or its `[history]` is not what it must be.
    """
    named = os.environ.get(VARIABLE, "").strip() or _named_in(path)
    if named.lower() == NOWHERE:
        return None
    return named or str(runs / NAME)


def _named_in(path: Path) -> str:
    try:
        table = tomllib.loads(path.read_text("utf-8")).get("history", {})
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(
            f"it cannot be read: {error}", where=str(path), remedy="mend it, or move it out of the way"
        ) from None
    url = table.get("url", "") if isinstance(table, dict) else None
    if not isinstance(url, str) or set(table) - {"url"}:
        raise ConfigurationError(
            "[history] has the member url, a text, and no other",
            where=str(path),
            remedy='write [history] and url = "sqlite:///runs/history.sqlite", or an address of PostgreSQL',
        )
    return url.strip()
