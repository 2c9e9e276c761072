"""What is wrong with a member of a rule, in our own words: pydantic's name no way out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import get_args

from pydantic_core import ErrorDetails

from harness.core.did_you_mean import did_you_mean
from harness.levers.models import Fault, FaultOperation

_WHOLE = "a whole number"
_KINDS: Mapping[str, str] = {
    "amount": "a whole number of fen",
    "times": "a whole number, or always",
    "value": "a text or a number",
    **dict.fromkeys(("nth", "every", "seed"), _WHOLE),
    **dict.fromkeys(("probability", "after_s", "for_s"), "a number"),
}
"""What members are that are no texts."""
_LIMITS: Mapping[str, str] = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le"}
"""Where pydantic tells the limit."""


def told(found: ErrorDetails) -> str:
    """One sentence, with the nearest word that is right where a word is wrong."""
    member = str(found["loc"][0]) if found["loc"] else ""
    kind, given = found["type"], str(found["input"])
    if kind == "extra_forbidden":
        return f"there is no member {member}: {did_you_mean(member, Fault.model_fields)}"
    if kind == "missing":
        return f"a rule needs the member {member}"
    if kind == "value_error":
        return str(found["ctx"]["error"])
    if known := _words(member, found):
        return f"there is no {member} {given}: {did_you_mean(given, known)}"
    return _wrong_value(member, found)


def _words(member: str, found: ErrorDetails) -> Iterable[str]:
    """Those that a member may be; none where it is no word, or wrong otherwise."""
    if found["type"] not in ("literal_error", "enum") or member == "times":
        return ()
    return (
        get_args(FaultOperation)
        if member == "operation"
        else re.findall(r"'([^']+)'", found["ctx"]["expected"])
    )


def _wrong_value(member: str, found: ErrorDetails) -> str:
    if found["type"] in _LIMITS:
        limit = f"{found['ctx'][_LIMITS[found['type']]]:,.16g}"
        return {
            "ge": f"{member} has to be at least {limit}",
            "gt": f"{member} has to be more than {limit}",
            "le": f"{member} has to be at most {limit}",
        }[_LIMITS[found["type"]]]
    if found["type"] == "string_too_short":
        return f"{member} is empty"
    if member in _KINDS:
        return f"as {member} stands {_KINDS[member]}"
    return f"{member} is a text, and a number that is one stands in quotes"
