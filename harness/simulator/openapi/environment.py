"""The settings of a merchant that a collection's environment holds: those that it asks for, and no others."""

from __future__ import annotations

from collections.abc import Mapping

from harness.core.errors import UsageError
from harness.simulator.openapi.requests import settings_asked


def environment(collection: Mapping[str, str], settings: Mapping[str, str], *, source: str) -> dict[str, str]:
    """What the files of a collection ask for, by variable.

    Args:
        collection: its files, by name.
        settings: by variable.
        source: where they come from, for messages.

    Raises:
        UsageError: a setting is missing.
    """
    names = settings_asked(*(text.replace('\\"', '"') for text in collection.values()))
    if missing := [name for name in names if not settings.get(name)]:
        raise UsageError(
            f"settings that the collection needs are missing: {', '.join(missing)}",
            where=source,
            remedy="take the file that `golive simulator --write-env .env.simulator` wrote",
        )
    return {name: settings[name] for name in names}
