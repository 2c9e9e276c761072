"""Whatever the console's script says stands in words.yaml, in both languages."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from harness.core.texts import read_texts

ROOM = files("harness.simulator.console")
SCRIPT = "\n".join(
    each.read_text("utf-8") for each in ROOM.joinpath("assets").iterdir() if each.name.endswith(".js")
)
WORDS = read_texts(Path(str(ROOM.joinpath("words.yaml"))))


def test_every_word_that_is_asked_for_is_there() -> None:
    asked = set(re.findall(r"\bt\('([\w-]+)', '([\w-]+)'", SCRIPT))
    assert len(asked) > 60
    assert {(section, name) for section, name in asked if name not in WORDS[section]} == set()


def test_no_word_is_there_that_nobody_says() -> None:
    said = {name for name in WORDS["ui"] if re.search(rf"['\"]{name}['\"]", SCRIPT)}
    assert set(WORDS["ui"]) - said == {"search-orders", "search-requests", "search-ledger"}


def test_the_script_writes_no_markup_and_fetches_nothing_from_elsewhere() -> None:
    assert not re.search(r"innerHTML|insertAdjacent|document\.write|eval\(|new Function|setHTML", SCRIPT)
    assert "//" not in re.sub(r"^\s*//.*$", "", SCRIPT, flags=re.MULTILINE)
