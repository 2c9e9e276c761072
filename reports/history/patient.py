"""A connection to PostgreSQL that waits for an answer only so long: a server may take one in, and freeze.

Nothing of libpq bounds that. `connect_timeout` ends with the connection, `statement_timeout` is kept by the
server that is frozen, and `tcp_user_timeout` by a system that still acknowledges every packet.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import psycopg
    from psycopg.abc import PQGen

ANSWER_S = 60
"""Seconds that one request may take; those who wait for a lock are told so much sooner."""
R = TypeVar("R")


def patient_connection() -> type[psycopg.Connection]:
    """The driver's connection, closing itself where an answer takes too long: nothing waits for it again.

    Raises:
        ImportError: the driver, an extra, is not installed.
    """
    import psycopg  # noqa: PLC0415 - an extra

    class Patient(psycopg.Connection):
        def wait(self, gen: PQGen[R], interval: float = 0.1, timeout: float | None = None) -> R:
            """As its parent, which comes back to look for interrupts several times a second.

            Raises:
                psycopg.OperationalError: no answer came in time.
            """
            bounded = self._within(gen, time.monotonic() + ANSWER_S)
            # Psycopg 3.2 knows no `timeout`, and asks for none.
            return super().wait(bounded, interval, **({} if timeout is None else {"timeout": timeout}))

        def _within(self, gen: PQGen[R], until: float) -> PQGen[R]:
            try:
                wanted = next(gen)
                while True:
                    ready = yield wanted
                    if not ready and time.monotonic() > until:
                        self.pgconn.finish()
                        raise psycopg.OperationalError(
                            f"the server took the connection, and has not answered for {ANSWER_S} s"
                        )
                    wanted = gen.send(ready)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]

    return Patient
