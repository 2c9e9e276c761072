"""Every package that our code imports is declared by the project, and every declared one is imported."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
WHEEL = ("harness", "load", "reports", "scenarios")
OURS = {*WHEEL, "bench", "setup", "tests"}
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NEVER_IMPORTED = {
    "allure-pytest": "a plugin that pytest finds; it wants no word of ours",
    "pytest-playwright": "the same: the fixtures `page` and `browser`",
    "python-multipart": "starlette reads forms with it",
    "httptools": "uvicorn parses HTTP with it where it is there",
    "uvloop": "uvicorn runs on it where it is there",
}


def imported(folder: str) -> Iterator[tuple[str, str]]:
    """The distribution of every import of foreign code below a folder, with the file that has it."""
    owners = packages_distributions()
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Import(names=names):
                    modules = [each.name for each in names]
                case ast.ImportFrom(module=str(module), level=0):
                    modules = [module]
                case _:
                    continue
            for package in {module.partition(".")[0] for module in modules} - OURS - sys.stdlib_module_names:
                for owner in owners.get(package, [f"nothing that holds {package}"]):
                    yield canonicalize_name(owner), path.relative_to(ROOT).as_posix()


def names(lines: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in lines}


DEPENDENCIES = names(PROJECT["project"]["dependencies"])
EXTRAS = {name for lines in PROJECT["project"]["optional-dependencies"].values() for name in names(lines)}
DEVELOPERS = names(PROJECT["dependency-groups"]["dev"])


def test_what_the_wheel_imports_is_declared() -> None:
    undeclared = {
        found for folder in WHEEL for found in imported(folder) if found[0] not in DEPENDENCIES | EXTRAS
    }
    assert undeclared == set()


def test_what_the_benchmarks_import_is_declared_for_developers() -> None:
    known = DEPENDENCIES | EXTRAS | DEVELOPERS
    assert {found for found in imported("bench") if found[0] not in known} == set()


def test_what_is_declared_is_imported_or_has_a_reason() -> None:
    used = {name for folder in WHEEL for name, _ in imported(folder)}
    assert used | set(NEVER_IMPORTED) == DEPENDENCIES | EXTRAS
    assert used & set(NEVER_IMPORTED) == set()


def test_an_extra_is_asked_for_only_inside_a_function() -> None:
    for name, path in {found for folder in WHEEL for found in imported(folder) if found[0] in EXTRAS}:
        module = ast.parse((ROOT / path).read_text("utf-8"))
        at_the_top = {
            ast.unparse(node) for node in module.body if isinstance(node, ast.Import | ast.ImportFrom)
        }
        assert not [line for line in at_the_top if name in line], path
