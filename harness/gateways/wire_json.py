"""JSON as it crosses the wire: serialised once, read strictly as an object."""

from __future__ import annotations

import json
from collections.abc import Mapping


def serialise(members: Mapping[str, object]) -> bytes:
    """Compact UTF-8. Serialise once and sign the result: a second serialisation may differ (facts 10)."""
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def read_object(body: bytes) -> dict[str, object]:
    """The members of a JSON object.

    Raises:
        ValueError: not UTF-8, not JSON, nested beyond reason, or not an object.
    """
    try:
        read = json.loads(body)
    except RecursionError:
        raise ValueError("JSON nested beyond reason") from None
    if not isinstance(read, dict):
        raise ValueError("JSON, but not an object")  # noqa: TRY004 - the text is wrong, not our type
    return read
