"""A contract for import-linter: a room imports what its row allows, and every room has a row.

    [[tool.importlinter.contracts]]
    name = "every room imports only what its row allows"
    type = "rooms"
    [tool.importlinter.contracts.rooms]
    core = []
    reports = ["core", "evidence"]
    plugin = ["core", "reports.checklist"]
    cli = ["*"]

A room is a package or module directly below `harness`, named without it, or one of the other root packages. A
row names rooms, or parts of one where only they may be imported; `*` is all of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

HOUSE = "harness"
ALL = "*"


class Breach(NamedTuple):
    """An import that no row allows."""

    importer: str
    line: int
    imported: str

    def __str__(self) -> str:
        return f"{self.importer}, line {self.line}: imports {self.imported}"


class RowsField(fields.Field[Mapping[str, tuple[str, ...]]]):
    """A table of room → what it may import."""

    def parse(self, raw_data: object) -> Mapping[str, tuple[str, ...]]:
        """Take the table as TOML has it."""
        if not isinstance(raw_data, dict):
            raise fields.ValidationError("a table of rooms is wanted")
        return {str(room): tuple(map(str, allowed)) for room, allowed in raw_data.items()}


class RoomsContract(Contract):
    """Compares the imports between rooms, direct ones, with the rows."""

    rooms = RowsField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Every import that no row allows, every room without a row, every row without a room."""
        rows: Mapping[str, tuple[str, ...]] = self.rooms  # type: ignore[assignment]
        roots = set(self.session_options["root_packages"])
        there = (roots - {HOUSE}) | {room(each) for each in graph.find_children(HOUSE)}
        named = {part.partition(".")[0] for allowed in rows.values() for part in allowed} - {ALL}
        found = {
            "breaches": sorted(breaches(graph, rows, roots)),
            "without a row": sorted(there - set(rows)),
            "without a room": sorted((set(rows) | named) - there),
        }
        return ContractCheck(kept=not any(found.values()), metadata=found)

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say each, with its line."""
        for each in check.metadata["breaches"]:
            output.print_error(str(each))
        for what in ("without a row", "without a room"):
            for each in check.metadata[what]:
                output.print_error(f"{each} is {what}: mend setup/checks/importlinter.toml")


def breaches(graph: ImportGraph, rows: Mapping[str, tuple[str, ...]], roots: set[str]) -> Iterator[Breach]:
    """The imports from one room into another that the importer's row does not allow."""
    for importer in graph.modules:
        if importer.partition(".")[0] not in roots:
            continue
        here = room(importer)
        allowed = rows.get(here, ())
        if ALL in allowed:
            continue
        for imported in graph.find_modules_directly_imported_by(importer):
            if imported.partition(".")[0] not in roots or room(imported) == here:
                continue
            part = imported.removeprefix(f"{HOUSE}.")
            if not any(part == each or part.startswith(f"{each}.") for each in allowed):
                details = graph.get_import_details(importer=importer, imported=imported)
                yield Breach(importer, int(details[0]["line_number"]), imported)


def room(module: str) -> str:
    """The room that a module lies in."""
    return module.removeprefix(f"{HOUSE}.").partition(".")[0]
