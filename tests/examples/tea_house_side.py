"""The tea house, running beside a simulator, and a rehearsal of it by a profile."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.serving import make_server

from examples.tea_house.app import Opened, create_app, open_notification
from harness.simulator.account.env_text import environment_text
from harness.simulator.embedded import running_simulator
from tests.scenarios.running import PROJECT, Rehearsed, rehearse

PROFILE = (PROJECT / "examples" / "tea_house" / "merchant.toml").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class RunningTeaHouse:
    """Where everything is."""

    base_url: str
    target: str
    folder: Path
    """Its database lies there, and the simulator's settings."""
    environment: Mapping[str, str]

    def profile(self, *edits: tuple[str, str]) -> Path:
        """The example's profile for this port, with some of its lines edited."""
        text = PROFILE.replace("http://127.0.0.1:5000", self.base_url)
        for line, other in edits:
            assert re.search(line, text, re.MULTILINE | re.DOTALL), f"the profile has no line like {line}"
            text = re.sub(line, other, text, flags=re.MULTILINE | re.DOTALL)
        file = self.folder / "merchant.toml"
        file.write_text(text, "utf-8")
        return file

    def judged(self, only: str, *edits: tuple[str, str], out: str = "run") -> Rehearsed:
        """What a rehearsal of some controls finds."""
        chosen = [f"--only={only}"] if only else []
        return rehearse(
            self.folder / out,
            f"--target={self.target}",
            f"--env-file={self.folder / '.env.simulator'}",
            f"--merchant={self.profile(*edits)}",
            *chosen,
        )


@contextmanager
def tea_house(folder: Path, opened: Opened = open_notification) -> Iterator[RunningTeaHouse]:
    """The app on a free port, in front of a simulator of the formal edition: its tea costs ¥88."""
    with running_simulator(experience=False) as simulator:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
        base_url = f"http://127.0.0.1:{server.port}"
        environment = simulator.environment(notify_url=f"{base_url}/wechat/notify", mcp_enabled=False)
        server.app = create_app(environment, str(folder / "tea.db"), opened)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        (folder / ".env.simulator").write_text(environment_text(environment), "utf-8")
        (folder / ".env.simulator").chmod(0o600)
        try:
            yield RunningTeaHouse(base_url, simulator.base_url, folder, environment)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
