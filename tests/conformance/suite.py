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
_TOTAL = re.compile(r"^Total: \d+ passed, \d+ failed", re.MULTILINE)
_SCENARIO = re.compile(r"^[✓✗] (\S+): (\d+) passed, (\d+) failed$", re.MULTILINE)
_KNOWN = re.compile(r"^  ~ (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Result:
    """How far an endpoint conforms to a revision.

    Args:
        passed: checks of what is required that passed.
        known: checks of what is required that failed as expected.
        beyond: checks that the suite asks and does not score: passed, failed.
        stale: lines of expected failures that nothing answers to.
        untold: scenarios that fail, are not scored, and have no line: the page would be silent about them.
        told: what the suite said, where it says that more failed or that a line passes; else empty.
    """

    provider: str
    revision: str
    passed: int
    known: int
    beyond: tuple[int, int] = (0, 0)
    stale: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    told: str = ""

    @property
    def conforms(self) -> bool:
        """Whether everything passed that is not expected to fail, and every line is still needed."""
        return bool(self.passed) and not (self.stale or self.untold or self.told)


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
    return read(
        provider,
        revision,
        done.returncode,
        done.stdout,
        done.stderr,
        lines(revision),
        beyond=beyond(revision),
        unscored=lines(revision, scored=False),
    )


def beyond(revision: str) -> frozenset[str]:
    """The scenarios that the suite asks of a server at this revision, and does not score."""
    told = yaml.safe_load((PACKAGES / PACKAGE / f"requirements/{revision}.yaml").read_text("utf-8"))
    return frozenset(each["scenario"] for each in told["not_scored"] if each["leg"] == "server")


def read(
    provider: str,
    revision: str,
    code: int,
    told: str,
    errors: str,
    expected: Collection[str],
    *,
    beyond: Collection[str] = (),
    unscored: Collection[str] = (),
) -> Result:
    """What the suite found.

    It takes a line for stale only where its check passes; of one whose check is gone or misspelt it says
    nothing. So each line has to be among those that it names as failed. Nor does it name what fails and is
    not scored, and its total counts what of it passed.

    Args:
        expected: lines of what is required.
        beyond: scenarios that are not scored.
        unscored: those of them that are expected to fail.
    """
    summary = told[told.find("=== SUMMARY ===") :]
    failed = set(_KNOWN.findall(told))
    counts = {name: (int(passed), int(wrong)) for name, passed, wrong in _SCENARIO.findall(summary)}
    short = {name for name in beyond if counts.get(name, (0, 0))[1]}
    stale = [
        *(line for line in expected if line not in failed),
        *(each for each in unscored if each not in short),
    ]
    return Result(
        provider,
        revision,
        passed=sum(passed for name, (passed, _) in counts.items() if name not in beyond),
        known=len(failed),
        beyond=(
            sum(passed for name, (passed, _) in counts.items() if name in beyond),
            sum(counts[name][1] for name in short),
        ),
        stale=tuple(stale),
        untold=tuple(sorted(short - set(unscored))),
        told=summary + errors if code or not _TOTAL.search(summary) else "",
    )
