"""The Postman environment of a collection: those settings of a merchant that it asks for, and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from harness.core.errors import UsageError

_SETTING = re.compile(r"\{\{([A-Z][A-Z_]+)\}\}|setting\(\"([A-Z_]+)\"\)")
_KEY = "PRIVATE_KEY"


def environment(collection: Mapping[str, Any], settings: Mapping[str, str], *, source: str) -> dict[str, Any]:
    """What Postman imports beside the collection; private keys are marked as secrets.

    Args:
        settings: by variable.
        source: where they come from, for messages.

    Raises:
        UsageError: a setting is missing.
    """
    asked = json.dumps(collection, ensure_ascii=False).replace('\\"', '"')
    names = sorted({one or other for one, other in _SETTING.findall(asked)})
    if missing := [name for name in names if not settings.get(name)]:
        raise UsageError(
            f"settings that the collection needs are missing: {', '.join(missing)}",
            where=source,
            remedy="take the file that `golive simulator --write-env .env.simulator` wrote",
        )
    return {
        "name": "GoLive simulator",
        "values": [
            {
                "key": name,
                "value": settings[name],
                "type": "secret" if _KEY in name else "default",
                "enabled": True,
            }
            for name in names
        ],
        "_postman_variable_scope": "environment",
    }
