"""The wheel holds every module of its packages, and asks for what they import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("harness", "scenarios", "load", "reports")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The project's wheel, built as a release is."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return ZipFile(built)


@pytest.mark.parametrize("ending", ["py", "yaml", "j2", "html", "js", "css", "svg", "sql", "toml"])
def test_no_module_and_no_data_is_left_out(wheel: ZipFile, ending: str) -> None:
    paths = (path for name in PACKAGES for path in (ROOT / name).rglob(f"*.{ending}"))
    ours = {path.relative_to(ROOT).as_posix() for path in paths}
    assert ours
    assert ours - set(wheel.namelist()) == set()


def test_nothing_but_the_packages_is_in_it(wheel: ZipFile) -> None:
    folders = {name.partition("/")[0] for name in wheel.namelist()}
    assert {name for name in folders if not name.endswith(".dist-info")} == set(PACKAGES)


def test_parquet_is_asked_for_only_by_its_extra(wheel: ZipFile) -> None:
    (place,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    lines = wheel.read(place).decode().splitlines()
    assert [line for line in lines if "pyarrow" in line] == ["Requires-Dist: pyarrow>=21; extra == 'parquet'"]
    assert "Provides-Extra: parquet" in lines


def test_it_answers_where_there_is_no_checkout(wheel: ZipFile, tmp_path: Path) -> None:
    """The one whole-process test of the wheel, on the packages that are here; `make wheel` brings its own."""
    wheel.extractall(tmp_path)
    code = (
        "import sys; sys.path = [each for each in sys.path if each != sys.argv[1]];"
        "sys.path.insert(0, sys.argv[2]);"
        "import harness; assert harness.__file__.startswith(sys.argv[2]), harness.__file__;"
        "from reports.checklist import load; print(len(load().controls));"
        "from harness.cli import golive; golive(['explain', 'CBK-03', '--lang', 'en'])"
    )
    said = subprocess.run(
        [sys.executable, "-I", "-c", code, str(ROOT), str(tmp_path)],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "LANG": "C.UTF-8"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert int(said.split()[0]) > 100
    assert "Probe signatures refused" in said
