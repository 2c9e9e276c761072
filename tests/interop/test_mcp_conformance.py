"""Two suites that judge endpoints of the Model Context Protocol: its authors' own, and jbt-mcpcheck."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.simulator.embedded import running_simulator
from tests.interop.node_side import PACKAGES, run_node
from tests.simulator.mcp_side import SESSIONS, STATELESS

PACKAGE = "@modelcontextprotocol/conformance"
EXPECTED = Path(__file__).parent / "conformance"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The endpoint without its key, since the suite of the protocol's authors can show none."""
    with running_simulator(defects=["mcp-any-key"]) as simulator:
        environment = simulator.environment(notify_url="https://shop.example.com/notify")
        yield environment["WECHAT_MCP_ENDPOINT"]


@pytest.mark.parametrize("revision", [SESSIONS, STATELESS])
def test_all_that_a_revision_requires_and_this_endpoint_offers_conforms(
    revision: str, endpoint: str, tmp_path: Path
) -> None:
    done = run_node(
        PACKAGE,
        PACKAGES / PACKAGE / "dist/index.js",
        "server",
        *("--url", endpoint, "--requirements", revision, "--output-dir", str(tmp_path)),
        *("--expected-failures", str(EXPECTED / f"{revision}.yaml")),
    )
    summary = done.stdout[done.stdout.find("=== SUMMARY ===") :]
    assert done.returncode == 0, summary + done.stderr
    assert "tools-list" in summary


def test_mcpcheck_finds_nothing(endpoint: str) -> None:
    command = [sys.executable, "-m", "mcpcheck", "--token", "any", "--strict", "--json", endpoint]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
    told = json.loads(done.stdout)
    ends = {check["name"]: check["status"] for check in told["checks"]}
    assert len(ends) == 8
    assert set(ends.values()) == {"pass"}, told
    assert done.returncode == 0
