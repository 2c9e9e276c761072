"""Texts in YAML files: each in both languages, each said somewhere, and none said that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from harness.core.texts import read_texts
from reports.checklist import load

ROOT = Path(__file__).parents[2]
FILES = {
    "reports/page/words.yaml": {"words": "w", "load": "l"},
    "reports/kill_matrix/words.yaml": {"words": "w"},
    "harness/doctor/lines.yaml": {},
    "harness/simulator/cashier/words.yaml": {},
    "harness/cli/explain.yaml": {},
}
"""Each file, with the names that its template has for sections."""
ENUMS = (
    "harness/core/control.py",
    "harness/verdict/precedence.py",
    "harness/verdict/price.py",
    "harness/verdict/earlier_runs.py",
    "harness/evidence/kill_matrix.py",
    "harness/simulator/platform/orders.py",
)
"""Whose members are said by their values."""
VERBATIM = "harness/simulator/cashier/words.yaml"
"""Its Chinese is the platform's own; the cause is told in English only."""
ONE_SIDED = {"correct_shop"}
"""Sentences whose English fills in words where Chinese has a number."""


def said_by(folder: Path) -> str:
    """All code and templates of a folder."""
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in {".py", ".j2", ".html"}]
    return "\n".join(path.read_text("utf-8") for path in paths)


def test_a_text_lacks_no_language(tmp_path: Path) -> None:
    path = tmp_path / "words.yaml"
    path.write_text("words: {title: {zh: 上线}}", "utf-8")
    with pytest.raises(ValidationError, match="en"):
        read_texts(path)


def test_a_plain_string_is_the_same_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "words.yaml"
    path.write_text("words: {p99: p99}", "utf-8")
    text = read_texts(path)["words"]["p99"]
    assert (text.zh, text.en) == ("p99", "p99")


@pytest.mark.parametrize("file", FILES)
def test_every_text_is_there_in_both_languages(file: str) -> None:
    for names in read_texts(ROOT / file).values():
        assert [key for key, text in names.items() if not text.zh or not text.en] == []


@pytest.mark.parametrize("file", FILES)
def test_what_is_said_is_there_and_what_is_there_is_said(file: str) -> None:
    code = said_by((ROOT / file).parent)
    enums = "".join((ROOT / enum).read_text("utf-8") for enum in ENUMS)
    quoted = {gate.id for gate in load().gates} | set(re.findall(r"""["']([\w -]+)["']""", code + enums))
    for section, names in read_texts(ROOT / file).items():
        alias = FILES[file].get(section)
        said = set(re.findall(rf"\b{alias}\.(\w+)", code)) if alias else set()
        assert said - set(names) == set(), section
        assert set(names) - said - quoted == set(), section


@pytest.mark.parametrize("file", [file for file in FILES if file != VERBATIM])
def test_a_sentence_has_the_same_places_in_both_languages(file: str) -> None:
    places = re.compile(r"\{(\w+)")
    for names in read_texts(ROOT / file).values():
        for key, text in names.items():
            if key not in ONE_SIDED:
                assert set(places.findall(text.zh)) == set(places.findall(text.en)), key
