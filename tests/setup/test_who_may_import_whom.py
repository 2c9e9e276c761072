"""The contracts of imports see every module of ours, and each says of every room whether it is allowed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((PROJECT / "setup/checks/importlinter.toml").read_text("utf-8"))["tool"][
    "importlinter"
]
ROOTS = set(CONTRACTS["root_packages"])
HARNESS = {path for path in (PROJECT / "harness").iterdir() if not path.name.startswith("_")}
VOCABULARY = {"harness.core", "harness.processes"}
ROOMS = ({f"harness.{path.name}" for path in HARNESS} | ROOTS) - {"harness", "bench"} - VOCABULARY
ONLY = " imports only the vocabulary"
ROWS = {
    room: (set(contract["forbidden_modules"]), rest.removeprefix(", "))
    for contract in CONTRACTS["contracts"]
    for room, found, rest in [contract["name"].partition(ONLY)]
    if found
}
OTHERWISE = {"harness.cli", "harness.plugin", "harness.mutants"}
"""Rooms that may import all or nearly all, with contracts of other words."""


def test_no_module_of_ours_is_beyond_their_sight() -> None:
    folders = {path.parent for root in ROOTS for path in (PROJECT / root).rglob("*.py")}
    assert {folder for folder in folders if not (folder / "__init__.py").exists()} == set()


def test_the_vocabulary_is_all_that_stands_in_no_room() -> None:
    (vocabulary,) = (each for each in CONTRACTS["contracts"] if each["name"].startswith("the vocabulary"))
    assert set(vocabulary["source_modules"]) == VOCABULARY
    assert set(vocabulary["forbidden_modules"]) == ROOMS


def test_every_room_has_a_contract() -> None:
    assert set(ROWS) == ROOMS - OTHERWISE


@pytest.mark.parametrize("room", sorted(ROWS))
def test_a_contract_forbids_whatever_its_name_does_not_allow(room: str) -> None:
    forbidden, allowed = ROWS[room]
    names = set(filter(None, allowed.split(", ")))
    by_name = {other for other in ROOMS if other.removeprefix("harness.") in names}
    parts = {"harness.levers": "harness.levers.client"} if "the levers' models" in names else {}
    assert forbidden == {parts.get(other, other) for other in ROOMS - by_name - {room}}


def test_of_the_reports_a_run_knows_the_checklist_and_the_judging_only() -> None:
    (plugin,) = (each for each in CONTRACTS["contracts"] if each.get("source_modules") == ["harness.plugin"])
    reports = {f"reports.{path.stem}" for path in (PROJECT / "reports").iterdir() if path.stem[0] != "_"}
    beside = {name for name in plugin["forbidden_modules"] if name.startswith("reports.")}
    assert beside == reports - {"reports.checklist", "reports.judging"}
