"""Programs of Node's world reach the simulator at the hosts that they have built in, on old Nodes and new."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from harness.processes.serving import listen, serving
from harness.simulator.account.key_files import write_keys
from harness.simulator.as_platform.playing import playing_platforms
from harness.simulator.as_platform.variables import variables
from harness.simulator.server import Simulator
from tests.interop.node_side import LIMIT_S, PACKAGES, SCRIPTS, node_program

REACHED = {
    "wechatpay-node-v3": 404,
    "alipay-sdk": "10000",
    "https": 400,
    "own agent": 400,
    "fetch": 200,
    "much at once": 401,
    "loopback": 401,
    "loopback, http": 400,
}
ELSEWHERE = ("another host", "another host, fetch", "another host, http")


def test_whatever_asks_a_platforms_host_reaches_the_simulator_and_nothing_else(tmp_path: Path) -> None:
    listener, refused = listen(), list[str]()
    simulator = Simulator()
    write_keys(tmp_path, simulator.identity)
    ours, theirs = node_program("wechatpay-node-v3"), shutil.which("node")
    with (
        serving(simulator, listener) as address,
        playing_platforms(listener, refused=refused.append) as playing,
    ):
        settings = simulator.environment(base_url=address, notify_url="http://127.0.0.1:1/notify")
        environment = variables(playing, {"PATH": os.environ["PATH"], **settings})
        for node in {ours, theirs or ours}:
            script = [str(SCRIPTS / "unmodified.cjs"), str(PACKAGES), address, str(tmp_path)]
            done = subprocess.run(
                [node, *script], capture_output=True, text=True, timeout=LIMIT_S, check=False, env=environment
            )
            assert done.returncode == 0, done.stderr
            told = json.loads(done.stdout)
            assert {name: told[name] for name in REACHED} == REACHED
            assert [told[name] for name in ELSEWHERE if isinstance(told[name], int)] == []
    assert refused == [
        "www.example.com leads nowhere; golive simulator --allow www.example.com lets it through"
    ]
