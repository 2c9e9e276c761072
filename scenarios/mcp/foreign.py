"""Texts that others wrote, and whether what an endpoint answers holds them as data and as nothing else."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.mcp.answer import RpcAnswer


@dataclass(frozen=True, slots=True)
class ForeignText:
    """One text, with a mark in it by which it is known wherever it stands."""

    text: str
    mark: str

    @classmethod
    def of(cls, pattern: str) -> ForeignText:
        """It with a mark of its own."""
        mark = f"m{secrets.token_hex(5)}"
        return cls(pattern.format(mark=mark), mark)

    def strays_in(self, told: RpcAnswer, plain: RpcAnswer) -> str | None:
        """Where it is more than data, or other than it was written; None: nowhere.

        Args:
            told: an answer about it.
            plain: the answer to the same about a text that nobody could take for more.
        """
        result, usual = told.result or {}, plain.result or {}
        blocks, expected = (_kinds(each) for each in (result, usual))
        if blocks != expected:
            return f"the result has the blocks {blocks}, where that of a plain text has {expected}"
        for block in result.get("content") or ():
            if self.mark in json.dumps(block, ensure_ascii=False) and (why := self._spoils(block)):
                return why
        if self._changed(result.get("structuredContent")):
            return "structuredContent holds it otherwise than it was written"
        rest = {name: value for name, value in told.message.items() if name != "result"}
        rest |= {
            name: value for name, value in result.items() if name not in ("content", "structuredContent")
        }
        outside = next((name for name, value in rest.items() if self.mark in json.dumps(value)), None)
        return outside and f"it stands in {outside}, where no data belongs"

    def stands_in(self, told: RpcAnswer) -> bool:
        """Whether the structured content holds it as it was written."""
        return self.text in _strings((told.result or {}).get("structuredContent"))

    def _spoils(self, block: Mapping[str, Any]) -> str | None:
        try:
            data = json.loads(block.get("text", ""))
        except ValueError:
            return "a text block tells it in prose, where an agent reads words to itself"
        if not isinstance(data, dict):
            return "a text block is nothing but it"
        return "a text block holds it otherwise than it was written" if self._changed(data) else None

    def _changed(self, data: object) -> bool:
        return any(self.mark in each and each != self.text for each in _strings(data))


def _kinds(result: Mapping[str, Any]) -> list[str]:
    """The types of a result's content blocks, in their order."""
    return [str(block.get("type")) for block in result.get("content") or ()]


def _strings(data: object) -> Iterator[str]:
    """Every string in some JSON, the names of members among them."""
    match data:
        case str():
            yield data
        case dict():
            for name, value in data.items():
                yield name
                yield from _strings(value)
        case list():
            for each in data:
                yield from _strings(each)
