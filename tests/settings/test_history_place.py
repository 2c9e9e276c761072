"""Where the history is: the variable first, then golive.toml, then a file among the runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import ConfigurationError
from harness.settings.history_place import history_place


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOLIVE_HISTORY_URL", raising=False)


def toml(folder: Path, text: str) -> Path:
    path = folder / "golive.toml"
    path.write_text(text, "utf-8")
    return path


def test_usually_it_is_a_file_among_the_runs(tmp_path: Path) -> None:
    assert history_place(tmp_path / "runs", tmp_path / "golive.toml") == str(tmp_path / "runs/history.sqlite")


def test_golive_toml_names_another(tmp_path: Path) -> None:
    path = toml(tmp_path, '[history]\nurl = "postgresql://db/golive"\n')
    assert history_place(tmp_path, path) == "postgresql://db/golive"


def test_the_variable_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLIVE_HISTORY_URL", " sqlite:///here.sqlite ")
    assert history_place(tmp_path, toml(tmp_path, '[history]\nurl = "x"\n')) == "sqlite:///here.sqlite"


@pytest.mark.parametrize("word", ["none", "NONE"])
def test_none_is_no_history(tmp_path: Path, word: str) -> None:
    assert history_place(tmp_path, toml(tmp_path, f'[history]\nurl = "{word}"\n')) is None


@pytest.mark.parametrize(
    "text",
    [
        "history = 1",
        "[history]\nurl = 7",
        '[history]\nuri = "x"',
        '[[history]]\nurl = "x"',
        "[history",
        "\xff[",
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError) as told:
        history_place(tmp_path, toml(tmp_path, text))
    assert told.value.where.endswith("golive.toml")
    assert told.value.exit_code == 4
