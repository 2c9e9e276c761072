"""Runs the suite against one endpoint, and reads what came of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from harness.simulator.embedded import running_simulator
from tests.conformance.expected import lines
from tests.interop.node_side import PACKAGES, run_node

PACKAGE = "@modelcontextprotocol/conformance"
PROVIDERS = {"wechat": "WECHAT_MCP_ENDPOINT", "alipay": "ALIPAY_MCP_ENDPOINT"}
_TOTAL = re.compile(r"^Total: (\d+) passed, \d+ failed", re.MULTILINE)
_KNOWN = re.compile(r"^  ~ (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Result:
    """How far an endpoint conforms to a revision.

    Args:
        passed: checks that passed.
        known: checks that failed as expected.
        stale: lines of expected failures that nothing answers to.
        told: what the suite said, where it says that more failed or that a line passes; else empty.
    """

    provider: str
    revision: str
    passed: int
    known: int
    stale: tuple[str, ...] = ()
    told: str = ""

    @property
    def conforms(self) -> bool:
        """Whether everything passed that is not expected to fail, and every line is still needed."""
        return bool(self.passed) and not self.stale and not self.told


@contextmanager
def endpoints() -> Iterator[dict[str, str]]:
    """The endpoints by provider, without their keys, since the suite can show none."""
    with running_simulator(defects=["mcp-any-key"]) as simulator:
        environment = simulator.environment(notify_url="https://shop.example.com/notify")
        yield {provider: environment[name] for provider, name in PROVIDERS.items()}


def judge(provider: str, revision: str, endpoint: str, scratch: Path) -> Result:
    """Let the suite ask everything of a revision."""
    known = scratch / f"{revision}.yaml"
    known.write_text(yaml.safe_dump({"server": lines(revision)}), "utf-8")
    done = run_node(
        PACKAGE,
        PACKAGES / PACKAGE / "dist/index.js",
        "server",
        *("--url", endpoint, "--requirements", revision, "--output-dir", str(scratch)),
        *("--expected-failures", str(known)),
    )
    return read(provider, revision, done.returncode, done.stdout, done.stderr, lines(revision))


def read(
    provider: str, revision: str, code: int, told: str, errors: str, expected: Collection[str]
) -> Result:
    """What the suite found.

    It takes a line for stale only where its check passes; of one whose check is gone or misspelt it says
    nothing. So each line has to be among those that it names as failed.
    """
    summary = told[told.find("=== SUMMARY ===") :]
    failed = set(_KNOWN.findall(told))
    total = _TOTAL.search(summary)
    return Result(
        provider,
        revision,
        passed=int(total[1]) if total else 0,
        known=len(failed),
        stale=tuple(line for line in expected if line not in failed),
        told=summary + errors if code or not total else "",
    )
