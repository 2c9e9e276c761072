"""No module but the table asks for a dialect by name, and no side of the wall makes the other side's part."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.dialects import callback_forms, dialects
from harness.core.payment import Provider

ROOT = Path(__file__).parents[2]
TABLE = "harness/core/dialects/"
ROOMS = ("harness", "load", "scenarios", "reports", "bench")
OURS = (frozenset(dialects()) | {form.id for form in callback_forms()}) - {each.value for each in Provider}
"""Less those that are also a provider's name: whoever asks for Alipay may mean whose money moves."""
MAKERS = {
    "drift": "harness/drift/",
    "gateway": "harness/gateways/",
    "load_wire": "load/",
    "package": "harness/callbacks/",
    "reader": "harness/shop/",
    "wire": "harness/simulator/",
}
"""Which room makes which part that a row names."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def asks(tree: ast.AST, ids: frozenset[str] = OURS) -> list[int]:
    """The lines where a name decides: compared, matched, looked up by, or held in a collection.

    A folder of a dialect may say its own name (`dialect="mcp"`), and a scenario may say what it needs
    (`callbacks="apiv3"`): neither is a branch.
    """
    return sorted({each.lineno for node in ast.walk(tree) for each in _deciding(node) if _named(each) & ids})


def _deciding(node: ast.AST) -> list[ast.expr]:
    found: list[ast.expr | None] = []
    match node:
        case ast.Compare(left, _, comparators):
            found = [left, *comparators]
        case ast.MatchValue(value):
            found = [value]
        case ast.Dict(keys):
            found = [*keys]
        case ast.Subscript(_, key):
            found = [key]
        case ast.Tuple(elements) | ast.List(elements) | ast.Set(elements):
            found = [*elements]
        case ast.Call(ast.Attribute(_, "startswith" | "endswith" | "get" | "pop"), arguments):
            found = [*arguments]
    return [each for each in found if each is not None]


def _named(node: ast.expr) -> frozenset[str]:
    """The text a node is, or the text behind a member of an enumeration of dialects."""
    match node:
        case ast.Constant(str(text)):
            return frozenset({text})
        case ast.Attribute(ast.Name("Dialect"), member):
            return frozenset({member.lower()})
    return frozenset()


@pytest.mark.parametrize(
    "line",
    [
        "if dialect == 'echo': pass",
        "if 'echo' != order.dialect: pass",
        "found = wire in ('echo', other)",
        "match wire:\n    case 'echo': pass",
        "made = {'echo': EchoGateway}[wire]",
        "gateway = gateways['echo']",
        "gateway = gateways.get('echo')",
        "if wire is Dialect.ECHO: pass",
        "SIGNED = frozenset({'echo'})",
    ],
)
def test_a_branch_on_a_name_is_seen(line: str) -> None:
    assert asks(ast.parse(line), frozenset({"echo"}))


@pytest.mark.parametrize(
    "line",
    [
        "dialect = 'echo'",
        "Channel(url, dialect='echo')",
        "@control('CBK-11', callbacks='echo')\ndef f(): ...",
    ],
)
def test_saying_ones_own_name_is_no_branch(line: str) -> None:
    assert not asks(ast.parse(line), frozenset({"echo"}))


def test_nothing_but_the_table_asks_for_a_dialect_by_name() -> None:
    outside = [(path, tree) for path, tree in sources() if not path.startswith(TABLE)]
    found = [f"{path}:{line}" for path, tree in outside for line in asks(tree)]
    assert not found, f"these branch on a dialect's name; ask its row instead: {', '.join(found)}"


def test_each_part_of_a_row_is_made_in_its_own_room_alone() -> None:
    made: dict[str, set[str]] = {part: set() for part in MAKERS}
    for path, tree in sources():
        for node in ast.walk(tree):
            match node:
                case ast.Call(ast.Name("made") | ast.Attribute(_, "made"), [ast.Attribute(_, part)]):
                    made[part].add(path)
    for part, room in MAKERS.items():
        strangers = {path for path in made[part] if not path.startswith(room)}
        assert not strangers, f"{part} is made in {sorted(strangers)}, and belongs to {room}"
        joined = part == "package"  # its modules are named by joining
        assert made[part] or joined, f"no {part} is made by the table: the look-out has gone blind"
