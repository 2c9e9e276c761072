"""The tea house, running beside a simulator, and a rehearsal of it by a profile."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

from examples.tea_house.app import Opened, create_app, open_notification
from harness.simulator.account.env_text import environment_text
from harness.simulator.embedded import running_simulator
from tests.examples.running_app import RunningApp
from tests.scenarios.running import PROJECT

EXAMPLE = PROJECT / "examples" / "tea_house"
CreateApp = Callable[[Mapping[str, str], str, Opened], Flask]
PROFILE = (EXAMPLE / "merchant.toml").read_text("utf-8")


@contextmanager
def tea_house(
    folder: Path, opened: Opened = open_notification, created: CreateApp = create_app
) -> Iterator[RunningApp]:
    """The app on a free port, in front of a simulator of the formal edition: its tea costs ¥88."""
    with running_simulator(experience=False) as simulator:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
        base_url = f"http://127.0.0.1:{server.port}"
        environment = simulator.environment(notify_url=f"{base_url}/wechat/notify", mcp_enabled=False)
        server.app = created(environment, str(folder / "tea.db"), opened)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        (folder / ".env.simulator").write_text(environment_text(environment), "utf-8")
        (folder / ".env.simulator").chmod(0o600)
        try:
            yield RunningApp(
                base_url, simulator.base_url, folder, environment, "http://127.0.0.1:5000", EXAMPLE
            )
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
