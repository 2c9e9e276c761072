"""When a target counts as not answering: it has left a second request without a whole answer in time.

Waiting for each of several hundred requests would keep a run for hours, and tell nothing that two did not.
"""

from __future__ import annotations

import threading

from harness.core.errors import AnswerOverdue, EnvironmentUnreachable, GoLiveError

MOST_OVERDUE = 2


class Patience:
    """With one target during one run. Thread-safe.

    Args:
        whom: the target, for messages.
        most: requests that may be overdue; None: it is asked on whatever becomes of them, as by a load.
    """

    def __init__(self, whom: str, *, most: int | None = MOST_OVERDUE) -> None:
        self._whom = whom
        self._most = most
        self._lock = threading.Lock()
        self._overdue: list[str] = []
        self._lost = ""

    def lose(self, why: str) -> None:
        """It is gone, and nothing more is asked of it.

        Args:
            why: for whoever asks all the same.
        """
        self._lost = why

    def note(self, error: GoLiveError) -> None:
        """A request got no answer, for this reason."""
        if isinstance(error, AnswerOverdue):
            with self._lock:
                self._overdue.append(error.where)

    def require(self, where: str) -> None:
        """Return when it is still worth asking.

        Raises:
            EnvironmentUnreachable: it is not.
        """
        if self._lost:
            raise EnvironmentUnreachable(
                f"{self._whom} is gone: {self._lost}",
                where=where,
                remedy="start it by hand, and look at its log",
            )
        if self._most is not None and len(self._overdue) >= self._most:
            asked = ", ".join(dict.fromkeys(self._overdue))
            raise EnvironmentUnreachable(
                f"{self._whom} is not answering: {len(self._overdue)} requests ({asked}) had no whole answer "
                "in time, and nothing more is sent",
                where=where,
                remedy="look at its log and at the network between; then run again",
            )
