"""The contracts of imports see every module of ours, and the one for the rooms bites where a row says no."""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import asdict
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from grimp import ImportGraph
from importlinter import ContractCheck

from harness.core.dialects import all_dialects, callback_forms
from setup.checks.rooms import RoomsContract, room

PROJECT = Path(__file__).parents[2]
FILE = PROJECT / "setup/checks/importlinter.toml"
CONTRACTS: dict[str, Any] = tomllib.loads(FILE.read_text("utf-8"))["tool"]["importlinter"]
ROOTS = set(CONTRACTS["root_packages"])
ROWS: dict[str, list[str]] = next(each["rooms"] for each in CONTRACTS["contracts"] if each["type"] == "rooms")
TABLE = {
    "core": [],
    "signing": ["core"],
    "simulator": ["core", "levers.models"],
    "levers": ["core"],
    "cli": ["*"],
    "reports": ["core"],
}


def checked(*imports: tuple[str, str], rows: dict[str, list[str]] = TABLE) -> ContractCheck:
    """What the contract says of a small project with these imports."""
    graph = ImportGraph()
    for module in (
        "harness",
        "reports",
        "json",
        "reports.page",
        "harness.levers.models",
        "harness.levers.client",
    ):
        graph.add_module(module)
    for name in ("core", "signing", "simulator", "levers", "cli"):
        graph.add_module(f"harness.{name}")
    for importer, imported in imports:
        graph.add_import(
            importer=importer, imported=imported, line_number=7, line_contents=f"import {imported}"
        )
    session = {"root_packages": ["harness", "reports"]}
    return RoomsContract("rooms", session, {"rooms": rows}).check(graph, verbose=False)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("harness.signing", "harness.core"),
        ("harness.signing.rsa", "harness.core.errors"),
        ("harness.simulator.server", "harness.levers.models"),
        ("harness.simulator.server", "harness.simulator.faults"),
        ("harness.cli", "reports.page"),
        ("reports.page", "harness.core.money"),
        ("harness.core", "json"),
    ],
)
def test_what_a_row_allows_is_kept(importer: str, imported: str) -> None:
    assert checked((importer, imported)).kept


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("harness.core.money", "harness.signing"),
        ("harness.signing.rsa", "harness.simulator.server"),
        ("harness.simulator.server", "harness.levers.client"),
        ("harness.simulator.server", "harness.levers"),
        ("reports.page", "harness.levers.models"),
        ("harness.signing", "reports"),
        ("harness.levers", "harness.cli"),
    ],
)
def test_what_no_row_allows_breaks_it_and_is_named_with_its_line(importer: str, imported: str) -> None:
    check = checked((importer, imported))
    assert not check.kept
    assert [str(each) for each in check.metadata["breaches"]] == [f"{importer}, line 7: imports {imported}"]


def test_a_room_without_a_row_breaks_it() -> None:
    check = checked(("harness.drift.recorded", "harness.core"), ("harness.drift", "harness.core"))
    assert check.metadata["without a row"] == ["drift"]
    assert not check.kept


@pytest.mark.parametrize("rows", [{"gone": []}, {"signing": ["core", "gone.part"]}])
def test_a_row_of_a_room_that_is_gone_breaks_it(rows: dict[str, list[str]]) -> None:
    check = checked(rows=TABLE | rows)
    assert check.metadata["without a room"] == ["gone"]
    assert not check.kept


def test_no_module_of_ours_is_beyond_their_sight() -> None:
    folders = {path.parent for root in ROOTS for path in (PROJECT / root).rglob("*.py")}
    assert {folder for folder in folders if not (folder / "__init__.py").exists()} == set()
    packages = {path.parent.name for path in PROJECT.glob("*/__init__.py")}
    assert packages - {"tests"} == ROOTS


def test_the_vocabulary_imports_nothing_of_ours() -> None:
    assert ROWS["core"] == []
    assert ROWS["processes"] == ["core"]


def test_no_arrow_of_the_table_points_upward() -> None:
    arrows = {room: {each.partition(".")[0] for each in allowed} - {"*"} for room, allowed in ROWS.items()}
    assert set(TopologicalSorter(arrows).static_order()) == set(ROWS)


def test_only_the_top_may_import_everything() -> None:
    assert {room for room, allowed in ROWS.items() if "*" in allowed} == {"cli", "bench"}


def test_of_the_reports_a_run_and_a_night_know_no_exports_and_no_page() -> None:
    reports = {
        room: [each for each in allowed if each.startswith("reports")] for room, allowed in ROWS.items()
    }
    assert {room: allowed for room, allowed in reports.items() if allowed} == {
        "plugin": ["reports.checklist", "reports.history", "reports.judging"],
        "nightly": ["reports.build", "reports.checklist", "reports.judging", "reports.passed_over"],
    }


def test_a_part_that_the_table_of_dialects_names_is_made_only_in_its_own_room() -> None:
    made: dict[str, set[str]] = {}
    for path in (path for root in ROOTS for path in (PROJECT / root).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="made") | ast.Attribute(attr="made"), args=[ast.Attribute(attr=part)]
                ):
                    made.setdefault(part, set()).add(room(".".join(path.relative_to(PROJECT).parts)))
    named: dict[str, set[str]] = {}
    for row in (*map(asdict, all_dialects()), *map(asdict, callback_forms())):
        for part, value in row.items():
            if isinstance(value, str) and re.fullmatch(r"[\w.]+:\w+", value):
                named.setdefault(part, set()).add(room(value.partition(":")[0]))
    assert made == named
    assert all(len(rooms) == 1 for rooms in named.values())
