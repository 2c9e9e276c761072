"""What an operation answers when it succeeded."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Reply"]


@dataclass(slots=True)
class Reply:
    """A status of 200 to 299 and the payload to sign; None is no body."""

    status: int
    payload: dict[str, object] | None
    request_id: str | None = None
    """What the answer calls the request, where the operation has already noted it; None: a new one."""
