"""The one error by which a pack is refused."""

from __future__ import annotations

from typing import ClassVar

from harness.core.errors import GoLiveError


class PackRefused(GoLiveError):
    """A pack is not what a pinned key signed, or does not say what its record gives.

    Branch on `reason`, never on the words.

    Args:
        reason: a word or two with hyphens, the same in every version: docs/evidence-pack.md lists them.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, reason: str, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.reason = reason


class PackTooNew(PackRefused):
    """A later version of this program made it: nothing is known of it either way."""

    exit_code: ClassVar[int] = 2
