"""A local server that plays a message service: it answers as it is told, and keeps what came."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    hangs_s: float = 0.0


@dataclass
class PlayedService:
    """What it will answer, one after the other, the last for ever; and what came."""

    port: int = 0
    answers: list[Answer] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    leave: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def next(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def played_service(*answers: Answer) -> Iterator[PlayedService]:
    played = PlayedService(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            played.paths.append(self.path)
            played.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answer = played.next()
            if answer.hangs_s:
                played.leave.wait(answer.hangs_s)
            raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    played.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield played
    finally:
        played.leave.set()
        server.shutdown()
        server.server_close()
        thread.join()
