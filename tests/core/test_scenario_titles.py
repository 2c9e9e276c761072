"""Every scenario is called by its name in words, and in Chinese, too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from harness.core.scenario_titles import scenario_title

SCENARIOS = Path(__file__).parents[2] / "scenarios"
TITLES: dict[str, dict[str, str]] = yaml.safe_load((SCENARIOS / "titles.zh.yaml").read_text("utf-8"))


def functions() -> Iterator[tuple[str, str]]:
    for file in SCENARIOS.glob("*/test_*.py"):
        for each in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"):
                yield file.parent.name, each.name.removeprefix("test_").replace("_", " ")


def test_every_scenario_has_its_chinese_in_the_section_of_its_folder() -> None:
    told = {(folder, words) for folder, titles in TITLES.items() for words in titles}
    assert told == set(functions())


def test_no_two_scenarios_are_called_the_same() -> None:
    chinese = [(folder, zh) for folder, titles in TITLES.items() for zh in titles.values()]
    assert len(set(chinese)) == len(chinese)
    assert all(re.search(r"[\u4e00-\u9fff]", zh) for _, zh in chinese)


@pytest.mark.parametrize(
    ("scenario", "en", "zh"),
    [
        (
            "scenarios/callbacks/test_forged.py::test_a_forged_callback_is_refused[other-key]",
            "a forged callback is refused · other-key",
            "伪造的回调被拒绝 · other-key",
        ),
        (
            "scenarios/a/test_b.py::test_a_genuine_callback_pays_the_order_once[mcp] (afterwards)",
            "a genuine callback pays the order once · mcp (afterwards)",
            "真实回调使订单入账一次 · mcp（之后）",
        ),
        ("tests/test_ours.py::test_the_code_pays", "the code pays", "the code pays"),
        ("measurement", "measurement", "measurement"),
    ],
)
def test_a_scenario_is_named_in_words(scenario: str, en: str, zh: str) -> None:
    title = scenario_title(scenario)
    assert (title.en, title.zh) == (en, zh)


def test_a_case_stands_in_brackets_where_they_are_asked_for() -> None:
    assert scenario_title("x.py::test_it_is_refused[mcp]", " [{}]").en == "it is refused [mcp]"
