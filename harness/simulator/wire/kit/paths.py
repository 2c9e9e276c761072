"""Which of a wire's endpoints a path leads to."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from harness.simulator.wire.kit.unknown import unknown_path

PLACE = re.compile(r"\{(\w+)\}")


class Paths:
    """An ASGI application of several; as Starlette's router, less what no wire has: this is the way of load.

    Args:
        endpoints: by path; `{name}` stands for one part of it, which `path_params` then has.
    """

    def __init__(self, endpoints: Mapping[str, ASGIApp]) -> None:
        self._plain = {path: app for path, app in endpoints.items() if not PLACE.search(path)}
        self._others = [
            (re.compile(PLACE.sub(r"(?P<\1>[^/]+)", path)).fullmatch, app)
            for path, app in endpoints.items()
            if path not in self._plain
        ]

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        path: str = scope["path"]
        app = self._plain.get(path)
        if app is None:
            for matches, endpoint in self._others:
                if (found := matches(path)) is not None:
                    scope["path_params"] = found.groupdict()
                    app = endpoint
                    break
            else:
                app = unknown_path
        return app(scope, receive, send)
