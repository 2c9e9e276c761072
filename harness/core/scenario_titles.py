"""What a scenario is called in both languages, by its name in a record."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from harness.core.control import AFTERWARDS, Text
from harness.core.texts import read_pairs

_CHINESE = Path(__file__).parents[2] / "scenarios" / "titles.zh.yaml"
"""Read as data: this room imports no scenario."""
_AFTERWARDS = Text(zh="（之后）", en=AFTERWARDS)


def scenario_title(scenario: str, case_in: str = " · {}") -> Text:
    """Its function's name in words, and its case; somebody else's scenario is called the same in both.

    >>> scenario_title("scenarios/callbacks/test_forged.py::test_a_forged_callback_is_refused[other-key]").en
    'a forged callback is refused · other-key'

    Args:
        case_in: how the case is written behind it.
    """
    test, _, case = scenario.removesuffix(AFTERWARDS).partition("[")
    words = test.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    title = _titles().get(words) or Text.same(words)
    behind = case_in.format(case.removesuffix("]")) if case else ""
    late = scenario.endswith(AFTERWARDS)
    return Text(
        zh=title.zh + behind + ("（之后）" if late else ""),
        en=title.en + behind + (AFTERWARDS if late else ""),
    )


@cache
def _titles() -> Mapping[str, Text]:
    return {pair.en: pair for pair in read_pairs(_CHINESE)}
