"""A record names the command that made it, so that a reader can type it again."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from harness.plugin.session.record_setup import loaded_plugins, typed


@pytest.mark.parametrize(
    ("argv", "command"),
    [
        ([".venv/bin/golive", "run", "--only", "CBK"], "golive run --only CBK"),
        (["/usr/lib/python3/site-packages/harness/cli/__main__.py", "run"], "golive run"),
        ([".venv/bin/pytest", "scenarios", "-k", "a b"], "pytest scenarios -k 'a b'"),
        (["/usr/lib/python3/site-packages/pytest/__main__.py", "scenarios"], "pytest scenarios"),
    ],
)
def test_the_command_is_the_one_that_was_typed(argv: list[str], command: str) -> None:
    assert typed(argv, {}) == command


def test_variables_that_say_what_is_loaded_stand_before_the_command() -> None:
    environment = {"PYTHONPATH": "/a b", "PYTEST_ADDOPTS": "-p other", "PYTEST_PLUGINS": "", "HOME": "/root"}
    told = typed(["golive", "run"], environment)
    assert told == "PYTHONPATH='/a b' PYTEST_ADDOPTS='-p other' golive run"


def test_every_conftest_is_told_by_its_own_file() -> None:
    manager = pytest.PytestPluginManager()
    for place in ("scenarios/conftest.py", "scenarios/callbacks/conftest.py", "/elsewhere/conftest.py"):
        path = Path.cwd() / place
        manager.register(_module("conftest", path), name=str(path))
    assert set(loaded_plugins(manager)) >= {
        "conftest.py (scenarios/conftest.py)",
        "conftest.py (scenarios/callbacks/conftest.py)",
        "conftest.py (/elsewhere/conftest.py)",
    }


def test_what_python_was_told_to_load_first_is_told_with_the_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    first = _module("sitecustomize", Path("/elsewhere/sitecustomize.py"))
    monkeypatch.setitem(sys.modules, "sitecustomize", first)
    assert "sitecustomize (/elsewhere/sitecustomize.py)" in loaded_plugins(pytest.PytestPluginManager())


def _module(name: str, path: Path) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = str(path)
    return module
