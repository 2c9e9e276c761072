"""What was due once is on the wire once: a closed connection is a failure, and no reason to ask again."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from load.flows import WAITING_ORDERS
from tests.load.conftest import Target
from tests.load.running import PATIENT, load

ABORT = struct.pack("ii", 1, 0)
"""Of SO_LINGER: closing sends a reset instead of an orderly end."""


class Front(ThreadingHTTPServer):
    """Stands before an endpoint, hands orders on, and hangs up on every query that is due to fail."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, endpoint: str, *, every: int, orderly: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.endpoint = httpx.Client(base_url=endpoint, trust_env=False)
        self.every, self.orderly = every, orderly
        self.seen: list[str] = []
        self.lock = threading.Lock()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hung up on us is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Front

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.seen.append("GET")
            number = self.server.seen.count("GET")
        if number % self.server.every == 0:
            if not self.server.orderly:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
            self.close_connection = True
            return
        self._hand_on()

    def do_POST(self) -> None:
        with self.server.lock:
            self.server.seen.append("POST")
        self._hand_on()

    def _hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        answer = self.server.endpoint.request(self.command, self.path, headers=headers, content=body)
        self.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name.lower() not in ("date", "server", "transfer-encoding", "content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *told: object) -> None:
        """Nothing."""


@pytest.fixture
def front(simulator: Target, request: pytest.FixtureRequest) -> Iterator[Front]:
    every, orderly = request.param
    with Front(simulator.settings.wechat.base_url, every=every, orderly=orderly) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        yield server
        server.shutdown()
        serving.join()
        server.endpoint.close()


@pytest.mark.parametrize(
    ("front", "failed"),
    [((1, False), 80), ((4, False), 20), ((1, True), 80)],
    ids=["each-is-reset", "one-in-four-is-reset", "each-ends-orderly"],
    indirect=["front"],
)
def test_a_closed_connection_is_counted_and_nothing_is_sent_again(
    simulator: Target, front: Front, failed: int, tmp_path: Path
) -> None:
    ended = load(
        tmp_path,
        *simulator.options,
        *("-H", front.origin, "--mix", "query/native/apiv3", "--rate", "40", "--seconds", "2"),
        *PATIENT,
    )
    assert front.seen.count("GET") == 80, "as many as were due"
    assert front.seen.count("POST") == WAITING_ORDERS
    assert ended.counts() == {"query/native/apiv3": (80 - failed, {"connection closed": failed})}
