"""The tea house, running beside a simulator, and a rehearsal of it by a profile."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

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
CRON = """import os, subprocess, sys
from dotenv import dotenv_values
settings = {{**os.environ, **dotenv_values(".env.simulator"), "TEA_DATABASE": os.path.abspath("tea.db")}}
command = [sys.executable, "-m", "flask", "--app", {app!r}, "check-open-orders"]
sys.exit(subprocess.run(command, cwd={folder!r}, env=settings).returncode)
"""
"""What its crontab calls."""


@contextmanager
def tea_house(
    folder: Path,
    opened: Opened = open_notification,
    created: CreateApp = create_app,
    example: Path = EXAMPLE,
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
                base_url, simulator.base_url, folder, environment, "http://127.0.0.1:5000", example
            )
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@contextmanager
def tea_house_copy(folder: Path, copy: Path) -> Iterator[RunningApp]:
    """An edited copy of it, whose own crontab asks about open orders."""
    (folder / "cron.py").write_text(CRON.format(app="app:production", folder=str(copy.resolve())), "utf-8")
    module = _imported(copy / "app.py")
    with tea_house(folder, module.open_notification, module.create_app, copy) as running:
        yield running


def _imported(code: Path) -> ModuleType:
    name = f"tea_house_of_{abs(hash(code))}"
    spec = spec_from_file_location(name, code)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module  # by which Flask finds the templates
    spec.loader.exec_module(module)
    return module
