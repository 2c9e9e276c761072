"""A server that misbehaves in front of a rightful one, and how a run against it has to end."""

from __future__ import annotations

import json
from dataclasses import dataclass

from harness.core.control import Blame
from tests.hostile.misbehaving import Behaviour, says

SOON_S = 60
ROOM_KB = 50 * 1024
UNREACHABLE, JUDGED, UNDECIDED = 3, 1, 2


@dataclass(frozen=True, slots=True)
class Case:
    """Which requests it answers how, and what a run comes to."""

    asked: str
    """Beginning of `METHOD /path`."""
    behaviour: Behaviour | None
    code: int
    blame: Blame | None
    echoes: bool = False
    """Whether it repeats the credential of each request in its refusal."""
    only: str | None = None
    """The control that is run; None: that of most cases."""

    def rule(self, asked: str, head: bytes) -> Behaviour | None:
        """For the proxy in front of the rightful server."""
        if not asked.startswith(self.asked):
            return None
        return _echo(head) if self.echoes else self.behaviour


def error(message: str) -> Behaviour:
    """A refusal in these words."""
    body = json.dumps({"code": "PARAM_ERROR", "message": message}).encode()
    head = f"HTTP/1.1 400 No\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return says(head.encode() + body)


def _echo(head: bytes) -> Behaviour:
    """Refuses, and repeats by what it was asked: first of all, so that nothing is cut before it."""
    (credential,) = (
        line for line in head.decode().split("\r\n") if line.lower().startswith("authorization:")
    )
    return error(f"not allowed: {credential}")
