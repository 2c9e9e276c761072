"""Whatever Python was told to load before us stands in the record, and nothing that every machine has."""

from __future__ import annotations

import site
import sys
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from harness.plugin.session.interpreter import loaded_early
from harness.plugin.session.record_setup import loaded_plugins, typed


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder that Python looks for packages in."""
    monkeypatch.setattr(site, "getsitepackages", lambda: [str(tmp_path)])
    monkeypatch.setattr(site, "ENABLE_USER_SITE", False)
    return tmp_path


def installed(packages: Path, name: str, text: str) -> Path:
    """A `.pth` file as a distribution brings it."""
    path = packages / name
    path.write_text(text, "utf-8")
    digest = urlsafe_b64encode(sha256(text.encode()).digest()).rstrip(b"=").decode()
    about = packages / f"{path.stem}-1.0.dist-info"
    about.mkdir()
    (about / "RECORD").write_text(f"a.py,,\n{name},sha256={digest},{len(text)}\n", "utf-8")
    return path


@pytest.mark.parametrize(
    "text", ["import os; os.environ['X'] = ''\n", "/a/folder\nimport\tmeddling", "\ufeffimport meddling\n"]
)
def test_a_file_that_imports_at_start_and_belongs_to_nobody_is_told(packages: Path, text: str) -> None:
    (packages / "meddling.pth").write_text(text, "utf-8")
    told = f"meddling.pth ({packages / 'meddling.pth'})"
    assert told in loaded_early()
    assert told in loaded_plugins(pytest.PytestPluginManager())


@pytest.mark.parametrize("text", ["/a/folder\n", "# import os\n", "importlib_of_mine\n", ""])
def test_a_file_that_only_names_folders_is_not(packages: Path, text: str) -> None:
    (packages / "folders.pth").write_text(text, "utf-8")
    assert not [each for each in loaded_early() if "folders.pth" in each]


def test_what_a_distribution_brought_is_told_only_once_it_was_edited(packages: Path) -> None:
    brought = installed(packages, "brought.pth", "import os\n")
    assert not [each for each in loaded_early() if "brought.pth" in each]
    brought.write_text("import os; import meddling\n", "utf-8")
    assert f"brought.pth ({brought})" in loaded_early()


def test_a_distribution_vouches_for_its_own_file_alone(packages: Path) -> None:
    installed(packages, "brought.pth", "import os\n")
    (packages / "other.pth").write_text("import os\n", "utf-8")
    assert [each.partition(" ")[0] for each in loaded_early() if ".pth" in each] == ["other.pth"]


def test_the_users_own_packages_are_looked_at_where_python_does(
    packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = packages / "users"
    users.mkdir()
    (users / "mine.pth").write_text("import os\n", "utf-8")
    monkeypatch.setattr(site, "getusersitepackages", lambda: str(users))
    assert not [each for each in loaded_early() if "mine.pth" in each]
    monkeypatch.setattr(site, "ENABLE_USER_SITE", True)
    assert [each for each in loaded_early() if "mine.pth" in each]


def test_what_set_up_brings_is_not_told() -> None:
    assert not [each for each in loaded_early() if ".pth" in each]


def test_bytecode_from_elsewhere_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", "/elsewhere")
    assert "bytecode (/elsewhere)" in loaded_early()


@pytest.mark.parametrize("name", ["LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "PYTHONHOME", "PYTHONUSERBASE"])
def test_variables_that_change_what_python_loads_stand_before_the_command(name: str) -> None:
    assert typed(["golive", "run"], {name: "/a"}) == f"{name}=/a golive run"
