"""The tea house is killed, and its database broken, as a profile says; it keeps what it answered."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

import httpx

from harness.core.control import Outcome
from harness.processes.restart import Server
from harness.processes.serving import listen
from harness.simulator.account.env_text import environment_text
from harness.simulator.embedded import running_simulator
from tests.examples.running_app import RunningApp
from tests.examples.tea_house_side import EXAMPLE
from tests.scenarios.running import PROJECT

SERVES = """
import os, sys
open(sys.argv[1], "w").write(str(os.getpid()))
from examples.tea_house.app import production
production().run(port=int(sys.argv[2]))
"""
EXECUTES = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=5).execute(sys.argv[2])"
BREAKS = "create trigger broken before update on orders begin select raise(abort, 'disk I/O error'); end"


def test_the_tea_house_keeps_what_it_answered_and_signs_its_shoppers_in_again(tmp_path: Path) -> None:
    with listen() as free:
        port = free.getsockname()[1]
    base_url, database = f"http://127.0.0.1:{port}", str(tmp_path / "tea.db")
    serve = [sys.executable, "-c", SERVES, str(tmp_path / "app.pid"), str(port)]
    with running_simulator(experience=False) as simulator:
        settings = simulator.environment(notify_url=f"{base_url}/wechat/notify", mcp_enabled=False)
        (tmp_path / ".env.simulator").write_text(environment_text(settings), "utf-8")
        (tmp_path / ".env.simulator").chmod(0o600)
        environment = {**settings, "PYTHONPATH": str(PROJECT), "TEA_DATABASE": database}
        app = RunningApp(base_url, simulator.base_url, tmp_path, settings, "http://127.0.0.1:5000", EXAMPLE)
        tables: dict[str, dict[str, object]] = {
            "process": {
                "pid_file": "app.pid",
                "start": ["env", *(f"{name}={value}" for name, value in environment.items()), *serve],
            },
            "store": {
                "break": [sys.executable, "-c", EXECUTES, database, BREAKS],
                "mend": [sys.executable, "-c", EXECUTES, database, "drop trigger broken"],
            },
        }
        lines = "\n".join(
            f"{name}.{member} = {json.dumps(value)}"
            for name, table in tables.items()
            for member, value in table.items()
        )
        with closing(
            Server(serve, tmp_path, tmp_path / "app.log", lambda: up(base_url), None, environment)
        ) as first:
            assert first.start(), first.last_words
            run = app.judged("CBK-20", ("^base_url", f"{lines}\nbase_url".replace("\\", r"\\")))
    assert run.outcomes("CBK-20") == {Outcome.PASS}, run.output
    assert len(run.checks) == 2


def up(base_url: str) -> bool:
    try:
        return httpx.get(base_url, trust_env=False).status_code < 500
    except httpx.HTTPError:
        return False
