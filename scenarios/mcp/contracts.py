"""What callers of a tool rely on, as a digest that a new name, order or wording leaves as it is.

A digest of the list as it came changes with every comma of a description, and then nobody looks any more. So
it is taken of each tool's contract: its schemas and annotations, without names and texts of the tool. What it
is called is told apart from that; what it says in words is judged by MCP-08.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

_WORDS = frozenset({"title", "description", "$comment", "examples", "$schema", "$id"})
"""Members of a schema that bind nobody. A member of the arguments may be called so all the same."""
_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""Members whose own members are names."""
_SETS = frozenset({"required", "enum", "type", "anyOf", "oneOf", "allOf"})
"""Members whose order says nothing."""
_HEX = 16


class Drift(NamedTuple):
    """How a list of tools differs from the one that is pinned."""

    changed: tuple[str, ...]
    """Tools of that name with another contract."""
    added: tuple[str, ...]
    lost: tuple[str, ...]
    renamed: tuple[str, ...]
    """`old → new`, where the contract is the same."""

    @property
    def binds(self) -> bool:
        """Whether anything differs but names."""
        return bool(self.changed or self.added or self.lost)


def contracts(tools: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The digest of each tool's contract, by the tool's name."""
    return {str(tool.get("name")): _digest(_contract(tool)) for tool in tools}


def catalogue_digest(of: Mapping[str, str]) -> str:
    """One digest of all contracts, whatever the tools are called and in whatever order they come."""
    return _digest(sorted(of.values()))


def drift(now: Mapping[str, str], pinned: Mapping[str, str]) -> Drift:
    """What became of the pinned contracts."""
    changed = tuple(sorted(name for name in now.keys() & pinned.keys() if now[name] != pinned[name]))
    lost, added = (sorted(a.keys() - b.keys()) for a, b in ((pinned, now), (now, pinned)))
    renamed: list[str] = []
    left = Counter(now[name] for name in added)
    for old in [*lost]:
        if left[pinned[old]]:
            new = next(name for name in added if now[name] == pinned[old])
            renamed.append(f"{old} → {new}")
            left[pinned[old]] -= 1
            added.remove(new)
            lost.remove(old)
    return Drift(changed, tuple(added), tuple(lost), tuple(renamed))


def read_pinned(text: str) -> dict[str, str]:
    """The pinned contracts: a line a tool, digest and name."""
    return {name: digest for digest, name in (line.split() for line in text.splitlines() if line.strip())}


def _contract(tool: Mapping[str, Any]) -> object:
    told = tool.get("annotations")
    hints = {k: v for k, v in told.items() if k != "title"} if isinstance(told, dict) else {}
    return [_bare(tool.get("inputSchema")), _bare(tool.get("outputSchema")), hints]


def _bare(node: object) -> object:
    """A schema without words, its sets in one order."""
    if isinstance(node, list):
        return [_bare(each) for each in node]
    if not isinstance(node, dict):
        return node
    bare: dict[str, object] = {}
    for name, value in node.items():
        if name in _NAMED and isinstance(value, dict):
            bare[name] = {key: _bare(each) for key, each in value.items()}
        elif name in _SETS and isinstance(value, list):
            bare[name] = sorted((_bare(each) for each in value), key=_json)
        elif name not in _WORDS:
            bare[name] = _bare(value)
    return bare


def _json(node: object) -> str:
    return json.dumps(node, sort_keys=True, ensure_ascii=False)


def _digest(node: object) -> str:
    return hashlib.sha256(_json(node).encode("utf-8", "surrogatepass")).hexdigest()[:_HEX]
