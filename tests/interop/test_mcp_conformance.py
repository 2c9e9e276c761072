"""Two suites that judge endpoints of the Model Context Protocol: its authors' own, and jbt-mcpcheck."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from mcpcheck.__main__ import main as mcpcheck

from tests.conformance.pages import PAGES, row
from tests.conformance.suite import endpoints, judge
from tests.simulator.mcp_side import SESSIONS, STATELESS


@pytest.fixture(scope="module")
def found() -> Iterator[dict[str, str]]:
    with endpoints() as found:
        yield found


@pytest.mark.parametrize(
    ("provider", "revision"), [("wechat", SESSIONS), ("wechat", STATELESS), ("alipay", STATELESS)]
)
def test_all_that_a_revision_requires_and_this_endpoint_offers_conforms(
    provider: str, revision: str, found: dict[str, str], tmp_path: Path
) -> None:
    result = judge(provider, revision, found[provider], tmp_path)
    assert result.conforms, (result.stale, result.told)
    for language, page in PAGES.items():
        assert row(result, language) in page.read_text("utf-8"), "`make conformance` writes the page anew"


@pytest.mark.parametrize("provider", ["wechat", "alipay"])
def test_mcpcheck_finds_nothing(provider: str, found: dict[str, str]) -> None:
    done = CliRunner().invoke(mcpcheck, ["--token", "any", "--strict", "--json", found[provider]])
    told = json.loads(done.stdout)
    ends = {check["name"]: check["status"] for check in told["checks"]}
    assert len(ends) == 8
    assert set(ends.values()) == {"pass"}, told
    assert done.exit_code == 0
