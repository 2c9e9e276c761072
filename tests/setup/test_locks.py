"""The locks name no address, pin everything with hashes, and agree with the project and each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "setup/locks"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
NAMES = ("run", "dev", "uv")


def read(name: str) -> dict[str, tuple[Requirement, frozenset[str]]]:
    """Each pin of a lock with its hashes, by package."""
    text = (LOCKS / f"{name}.txt").read_text("utf-8").replace("\\\n", " ")
    pins: dict[str, tuple[Requirement, frozenset[str]]] = {}
    for line in text.splitlines():
        pin, *hashes = re.split(r"\s+--hash=sha256:", line.strip())
        requirement = Requirement(pin)
        pins[canonicalize_name(requirement.name)] = (
            requirement,
            frozenset(str(each).strip() for each in hashes),
        )
    return pins


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_names_no_address_and_no_path(name: str) -> None:
    text = (LOCKS / f"{name}.txt").read_text("utf-8")
    for sign in ("://", "index", "find-links", " @ ", "file:", "trusted-host", "/"):
        assert sign not in text.replace("\\\n", "")


@pytest.mark.parametrize("name", NAMES)
def test_every_pin_is_exact_and_has_hashes(name: str) -> None:
    pins = read(name)
    assert pins
    for package, (requirement, hashes) in pins.items():
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], package
        assert hashes, package
        assert all(re.fullmatch("[0-9a-f]{64}", each) for each in hashes), package


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("run", PROJECT["project"]["dependencies"]),
        ("dev", PROJECT["dependency-groups"]["dev"]),
        ("dev", PROJECT["project"]["optional-dependencies"]["parquet"]),
    ],
    ids=["run", "dev", "extras"],
)
def test_every_dependency_is_locked_at_a_version_it_admits(lock: str, wanted: list[str]) -> None:
    pins = read(lock)
    for line in wanted:
        requirement = Requirement(line)
        pin, _ = pins[canonicalize_name(requirement.name)]
        (version,) = (specifier.version for specifier in pin.specifier)
        assert requirement.specifier.contains(version), f"{line} does not admit {version}: make lock"


def test_developers_run_exactly_what_users_run() -> None:
    run, dev = read("run"), read("dev")
    assert {package: run[package] for package in run} == {package: dev.get(package) for package in run}


def test_what_weighs_most_comes_only_with_its_extra() -> None:
    assert "pyarrow" in read("dev")
    assert "pyarrow" not in read("run")


def test_set_up_itself_needs_uv_and_nothing_else() -> None:
    assert set(read("uv")) == {"uv"}


def test_the_build_backend_is_locked_too_for_set_up_isolates_no_build() -> None:
    pins = read("dev")
    assert {canonicalize_name(Requirement(each).name) for each in PROJECT["build-system"]["requires"]} <= set(
        pins
    )
