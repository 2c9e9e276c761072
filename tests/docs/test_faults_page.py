"""The page on faults names every member, action and outage there is, and its file is one that is read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from harness.core.errors import ConfigurationError
from harness.levers.actions import ACTIONS
from harness.levers.models import Fault, FaultOperation
from harness.simulator.faults.named_outages import outages
from harness.simulator.faults.numbered_yaml import LARGEST
from harness.simulator.faults.rule_file import MOST, read_rules

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "faults.md", DOCS / "faults.zh-CN.md"]


def first_column(page: str) -> set[str]:
    """The names that rows of its tables begin with."""
    cells = re.findall(r"^\| ((?:`[\w-]+` ?)+)\|", page, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([\w-]+)`", cell)}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_its_tables_name_every_member_action_and_outage_and_no_other(path: Path) -> None:
    page = path.read_text("utf-8")
    members = set(Fault.model_fields) - {"action", "value"}  # which head the table of actions
    assert first_column(page) == members | set(ACTIONS) | set(outages())
    (row,) = re.findall(r"^\| `operation` \|.*$", page, re.MULTILINE)
    assert set(get_args(FaultOperation)) <= set(re.findall(r"`([\w-]+)`", row))
    assert f"{LARGEST // 1024} KiB" in page
    assert f"{MOST} " in page


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_its_file_is_one_and_a_typing_error_in_it_is_not(path: Path, tmp_path: Path) -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
    mine = tmp_path / "mine.yaml"
    mine.write_text(block, "utf-8")
    assert [each.seed for each in read_rules(mine).rules] == [7, 0, 0]
    mine.write_text(block.replace("query", "querry"), "utf-8")
    with pytest.raises(ConfigurationError, match=r"line 4 cannot be: there is no operation querry"):
        read_rules(mine)
