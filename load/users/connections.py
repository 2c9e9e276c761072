"""Keep-alive connections to one origin, over which every request is sent once, whatever becomes of it.

Every HTTP client sends an idempotent request again after its connection was closed. A load must not: what
was due once would be on the wire many times, and the closed connection in no count.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Self

from geventhttpclient.client import HTTPClient
from geventhttpclient.response import HTTPSocketPoolResponse

from harness.settings.addresses import is_loopback, parse_address

CONNECT_S = 60.0
"""Longest wait for one reading or connecting; a client's own time limit is shorter."""


class Connections(HTTPClient):
    """A pool to one origin; of the library it keeps the making of connections and the reading of answers."""

    same_machine = False
    """Whether they lead to a server on this machine."""

    @classmethod
    def to(cls, origin: str, *, at_once: int) -> Self:
        """The pool of an origin, whose certificate is checked against the machine's own roots.

        Args:
            origin: scheme, host and port.
            at_once: requests under way at once.
        """
        made = cls.from_url(
            f"{origin}/", concurrency=at_once, connection_timeout=CONNECT_S, network_timeout=CONNECT_S
        )
        if not isinstance(made, cls):
            raise TypeError(f"a pool of {cls.__name__} expected, not {made!r}")
        made.same_machine = is_loopback(parse_address(origin).host)
        return made

    def request(
        self, method: str, request_uri: str, body: Any = b"", headers: Any = None
    ) -> HTTPSocketPoolResponse:
        """Send a request over an idle connection or a new one; the answer's head has been read.

        Raises:
            HTTPConnectionClosed: no answer came before the connection ended.
            OSError: no connection, or a broken one.
        """
        head = self._build_request(method, request_uri, body=body, headers=headers)
        pool = self._connection_pool
        connection = pool.get_socket()
        with ExitStack() as broken:
            broken.callback(pool.release_socket, connection)
            connection.sendall(head.encode("latin-1") + body)
            broken.pop_all()
        # From here on the answer hands the connection back, also when there is none.
        return HTTPSocketPoolResponse(
            connection, pool, block_size=self.block_size, method=method, headers_type=self.headers_type
        )
