"""Whether a way of starting the simulator ends in one that answers: it is started, asked, and ended."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Timer
from urllib.request import ProxyHandler, build_opener

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_PATIENCE_S = 300.0
"""It may have to be installed first."""


def answers(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> bool:
    """Start it on a free port and read its OpenAPI document and its console.

    Args:
        command: without `--port`.
        folder: where it is started.
        environment: the whole of it.
    """
    with subprocess.Popen(  # noqa: S603
        [*command, "--port", "0"], cwd=folder, env=dict(environment), stdout=subprocess.PIPE, text=True
    ) as started:
        patience = Timer(_PATIENCE_S, started.kill)
        patience.start()
        try:
            for line in started.stdout or ():
                sys.stdout.write(line)
                if found := _ADDRESS.search(line):
                    ask = build_opener(ProxyHandler({})).open
                    with ask(f"{found[0]}/openapi.json", timeout=30) as told:
                        described = str(json.load(told)["openapi"]).startswith("3.1")
                    with ask(f"{found[0]}/console", timeout=30) as shown:
                        return described and b"<html" in shown.read()
            return False
        finally:
            patience.cancel()
            started.terminate()
