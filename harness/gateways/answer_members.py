"""Reads one member of an answer: absent is None, and of the wrong kind is a failure of the target."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from harness.core.errors import TargetFailure
from harness.core.money import Fen


def text(members: Mapping[str, object], name: str) -> str | None:
    """A text."""
    value = members.get(name)
    if value is None or isinstance(value, str):
        return value
    raise malformed(f"{name} is no text")


def required(members: Mapping[str, object], name: str) -> str:
    """A text that is there and not blank."""
    value = text(members, name)
    if not value:
        raise malformed(f"the answer carries no {name}")
    return value


def nested(members: Mapping[str, object], name: str) -> Mapping[str, object]:
    """An object; absent reads as empty."""
    value = members.get(name)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise malformed(f"{name} is no object")


def fen(members: Mapping[str, object], name: str) -> Fen | None:
    """An integer of fen, never a float, a text or a boolean."""
    value = members.get(name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return Fen(value)
    raise malformed(f"{name} is no integer of fen")


def moment(members: Mapping[str, object], name: str) -> datetime | None:
    """An RFC 3339 time with its zone; absent and blank are None."""
    value = text(members, name)
    if not value:
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        raise malformed(f"{name} is no RFC 3339 time") from None
    if read.tzinfo is None:
        raise malformed(f"{name} names no time zone")
    return read


def malformed(what: str) -> TargetFailure:
    """The failure of an answer that is not what the documentation says."""
    return TargetFailure(what, where="wire", remedy="compare the answer with the platform's documentation")


def replayed(what: str, *, where: str) -> TargetFailure:
    """The failure of an answer that is believable, and one to another question."""
    return TargetFailure(what, where=where, remedy="do not use it; a recorded answer may have been replayed")
